import { type EvaluationResult, type IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { simulationLimits } from '../../core/base/limits.ts';
import type { Simulator } from '../source-ports.ts';
import { readAll } from './pages.ts';
import { shortAnswer } from './refusal.ts';

const operation = 'SimulateCustomPolicy';
const { actionsPerCall, pageItems } = simulationLimits;
/** A policy that says nothing: a list of policies must not be empty. */
const nothing = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Action: 'none:null', Resource: '*' },
});
/** An identity policy that allows everything, so that the SCPs alone decide. */
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
});

/** Simulates SCPs through SimulateCustomPolicy (IAM API reference). SimulatePrincipalPolicy on live principals denies too much where SCPs look at the Region, so it is never asked. */
export function createSimulator(client: IAMClient): Simulator {
  return {
    allowed: async (levels, actions, context, policies) => {
      const allowed: Record<string, boolean> = {};
      for (let start = 0; start < actions.length; start += actionsPerCall) {
        const some = actions.slice(start, start + actionsPerCall);
        const asked = { levels, context, actions: some, policies: policies ?? [everything] };
        for (const { EvalActionName, EvalDecision, OrganizationsDecisionDetail } of await resultsOf(
          client,
          asked,
        )) {
          const ofSome = EvalDecision === undefined ? undefined : EvalDecision === 'allowed';
          // Who is told nothing of SCPs that he asked about has no decision by them.
          const ofLevels = levels.length === 0 || OrganizationsDecisionDetail?.AllowedByOrganizations;
          const decision = policies === undefined ? ofLevels : ofSome && ofLevels;
          if (EvalActionName !== undefined && decision !== undefined)
            allowed[EvalActionName] = decision && allowed[EvalActionName] !== false;
        }
        const missing = some.filter((action) => !(action in allowed));
        if (missing.length > 0)
          throw shortAnswer(operation, `no decision for ${missing.length} of ${some.length} actions`);
      }
      return allowed;
    },
  };
}

function resultsOf(
  client: IAMClient,
  {
    actions,
    context,
    levels,
    policies,
  }: {
    readonly levels: readonly (readonly string[])[];
    readonly actions: readonly string[];
    readonly context: Readonly<Record<string, string>>;
    readonly policies: readonly string[];
  },
): Promise<readonly EvaluationResult[]> {
  return readAll(operation, async (marker) => {
    const page = await client.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: policies.length === 0 ? [nothing] : [...policies],
        // The management account has no SCPs.
        ...(levels.length > 0 && {
          OrderedOrganizationPolicyInputList: levels.map((texts) => ({
            ServiceControlPolicyInputList: [...texts],
          })),
        }),
        ActionNames: [...actions],
        ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyType: 'string',
          ContextKeyValues: [value],
        })),
        MaxItems: pageItems,
        Marker: marker,
      }),
    );
    return { items: page.EvaluationResults, nextToken: page.IsTruncated ? page.Marker : undefined };
  });
}
