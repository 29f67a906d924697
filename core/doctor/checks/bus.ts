import { check, type Finding, fine, wrong } from '../check.ts';
import { statementsIn } from '../policy-statements.ts';
import type { BusReading, StackReading } from '../readings.ts';

const deployAgain = 'npx sls deploy makes it again';

/** The bus, who may speak on it, and the rules that start functions. */
export const bus = check({
  name: 'bus',
  reads: ['stack', 'bus'],
  judge: ({ bus: found, stack }) => {
    if (found === null)
      return [wrong(`there is no bus ${stack?.outputs.BusName ?? ''}`.trimEnd(), deployAgain)];
    const problems = [...policyProblems(found), ...ruleProblems(found, stack?.resources ?? new Map())];
    const enabled = found.rules.filter((rule) => rule.enabled).length;
    return problems.length > 0
      ? problems
      : [fine(`${found.name}: ${enabled} rules enabled, and the functions alone may send events`)];
  },
});

function policyProblems({ name, policy }: BusReading): readonly Finding[] {
  if (deniesOthers(policy)) return [];
  return [
    wrong(
      `the policy of ${name} does not keep others from sending events, so whoever may PutEvents could start reviews`,
      deployAgain,
    ),
  ];
}

/** Whether some statement denies PutEvents to everybody whose ARN is not one of a list. */
function deniesOthers(policy: string | null): boolean {
  return statementsIn(policy).some(
    ({ Action, Condition, Effect, Principal }) =>
      Effect === 'Deny' &&
      [Action].flat().includes('events:PutEvents') &&
      JSON.stringify(Principal ?? '').includes('*') &&
      JSON.stringify(Condition ?? '').includes('ArnNotEquals'),
  );
}

/** A rule of the stack has `bus|rule` as its physical id (CloudFormation User Guide, AWS::Events::Rule, "Ref"). */
function ruleProblems({ name, rules }: BusReading, resources: StackReading['resources']): readonly Finding[] {
  const problems: Finding[] = [];
  for (const [logicalId, { physicalId, type }] of resources) {
    if (type !== 'AWS::Events::Rule') continue;
    const ruleName = physicalId.slice(physicalId.indexOf('|') + 1);
    const rule = rules.find((candidate) => candidate.name === ruleName);
    if (!rule) problems.push(wrong(`the rule ${logicalId} is not on ${name}`, deployAgain));
    else if (!rule.enabled)
      problems.push(
        wrong(
          `the rule ${logicalId} is disabled`,
          `aws events enable-rule --event-bus-name ${name} --name ${ruleName}`,
        ),
      );
  }
  return problems;
}
