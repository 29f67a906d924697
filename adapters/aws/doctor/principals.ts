import {
  ContextKeyTypeEnum,
  type EvaluationResult,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { identityLimits } from '../../../core/base/limits.ts';
import type { SimulatedAction } from '../../../core/doctor/readings.ts';
import type { ContextEntry, Simulation } from '../../../core/doctor/simulations.ts';
import { readAll } from '../pages.ts';
import { isAwsRefusal, refusing } from '../refusal.ts';

/** Whether a user or role of this name exists in the account. */
export async function hasPrincipal(client: IAMClient, type: 'user' | 'role', name: string): Promise<boolean> {
  try {
    if (type === 'user')
      await refusing('iam:GetUser', () => client.send(new GetUserCommand({ UserName: name })));
    else await refusing('iam:GetRole', () => client.send(new GetRoleCommand({ RoleName: name })));
    return true;
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'NoSuchEntity') return false;
    throw error;
  }
}

const contextTypes: Readonly<Record<ContextEntry['type'], ContextKeyTypeEnum>> = {
  string: ContextKeyTypeEnum.STRING,
  stringList: ContextKeyTypeEnum.STRING_LIST,
};

/** What AWS's simulator says of each action on each resource. */
export async function simulate(
  client: IAMClient,
  roleArn: string,
  { actions, context, resources }: Simulation,
): Promise<readonly SimulatedAction[]> {
  const results = await readAll('iam:SimulatePrincipalPolicy', async (marker) => {
    const page = await client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn,
        ActionNames: [...actions],
        ...(resources.length === 0 ? {} : { ResourceArns: [...resources] }),
        ContextEntries: context.map(({ key, type, values }) => ({
          ContextKeyName: key,
          ContextKeyType: contextTypes[type],
          ContextKeyValues: [...values],
        })),
        MaxItems: identityLimits.pageItems,
        Marker: marker,
      }),
    );
    return { items: page.EvaluationResults, nextToken: page.IsTruncated ? page.Marker : undefined };
  });
  return results.flatMap(perResource);
}

/** With several resources the answer for each stands below that of the action (IAM API reference, ResourceSpecificResult). */
function perResource(result: EvaluationResult): readonly SimulatedAction[] {
  const { EvalActionName: action = '', EvalDecision, EvalResourceName, MissingContextValues } = result;
  const each = result.ResourceSpecificResults ?? [];
  if (each.length === 0)
    return [
      {
        action,
        resource: EvalResourceName ?? '*',
        decision: decisionOf(EvalDecision),
        missing: MissingContextValues ?? [],
      },
    ];
  return each.map((one) => ({
    action,
    resource: one.EvalResourceName ?? '*',
    decision: decisionOf(one.EvalResourceDecision),
    missing: one.MissingContextValues ?? MissingContextValues ?? [],
  }));
}

function decisionOf(said: string | undefined): SimulatedAction['decision'] {
  return said === 'allowed' || said === 'explicitDeny' ? said : 'implicitDeny';
}
