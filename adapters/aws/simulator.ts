import { type EvaluationResult, type IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { simulationLimits } from '../../core/base/limits.ts';
import type { Simulator } from '../source-ports.ts';
import { readAll } from './pages.ts';
import { AwsRefusal } from './refusal.ts';

const operation = 'SimulateCustomPolicy';
const { actionsPerCall, pageItems } = simulationLimits;
/** An identity policy that allows everything, so that the SCPs alone decide. */
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
});

/** Simulates SCPs through SimulateCustomPolicy (IAM API reference). SimulatePrincipalPolicy on live principals denies too much where SCPs look at the Region, so it is never asked. */
export function createSimulator(client: IAMClient): Simulator {
  return {
    allowed: async (levels, actions, context) => {
      const allowed: Record<string, boolean> = {};
      for (let start = 0; start < actions.length; start += actionsPerCall) {
        const some = actions.slice(start, start + actionsPerCall);
        for (const { EvalActionName, OrganizationsDecisionDetail } of await resultsOf(
          client,
          levels,
          some,
          context,
        )) {
          const decision = OrganizationsDecisionDetail?.AllowedByOrganizations;
          if (EvalActionName !== undefined && decision !== undefined) allowed[EvalActionName] = decision;
        }
        const missing = some.filter((action) => !(action in allowed));
        if (missing.length > 0)
          throw new AwsRefusal({
            ...{ operation, code: 'SHORT_ANSWER', kind: 'answer' },
            said: `no decision of the organization for ${missing.length} of ${some.length} actions`,
          });
      }
      return allowed;
    },
  };
}

function resultsOf(
  client: IAMClient,
  levels: readonly (readonly string[])[],
  actions: readonly string[],
  context: Readonly<Record<string, string>>,
): Promise<readonly EvaluationResult[]> {
  return readAll(operation, async (marker) => {
    const page = await client.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [everything],
        OrderedOrganizationPolicyInputList: levels.map((texts) => ({
          ServiceControlPolicyInputList: [...texts],
        })),
        ActionNames: [...actions],
        ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
          ...{ ContextKeyName, ContextKeyType: 'string' },
          ContextKeyValues: [value],
        })),
        MaxItems: pageItems,
        Marker: marker,
      }),
    );
    return { items: page.EvaluationResults, nextToken: page.IsTruncated ? page.Marker : undefined };
  });
}
