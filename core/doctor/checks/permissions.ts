import { check, type Finding, fine, unchecked, wrong } from '../check.ts';
import type { SimulatedAction, SimulatedGrant } from '../readings.ts';

/** Actions that are named one by one. */
const mostNamed = 4;
const deployAgain = 'deploy again: the role is not as deploy/grants.cjs makes it';

/** Whether the role of each function may do what its grants say, and not what they deny, by AWS's policy simulator. */
export const permissions = check({
  name: 'permissions',
  reads: ['grants'],
  judge: ({ grants }) => [
    ...[...new Set(grants.map(({ functionName }) => functionName))].flatMap((name) =>
      ofFunction(
        name,
        grants.filter(({ functionName }) => functionName === name),
      ),
    ),
    unchecked(
      "resource policies and conditions of bus, topics, queues, key and member roles: AWS's simulator does not evaluate them",
    ),
  ],
});

function ofFunction(functionName: string, grants: readonly SimulatedGrant[]): readonly Finding[] {
  const findings: Finding[] = [];
  let asked = 0;
  let unknown: readonly string[] = [];
  for (const { effect, results, sid } of grants) {
    asked += results.length;
    if (effect === 'Deny') {
      const allowed = results.filter(({ decision }) => decision === 'allowed');
      if (allowed.length > 0)
        findings.push(wrong(`${functionName} may ${listed(allowed)}, which ${sid} denies`, deployAgain));
      continue;
    }
    const refused = results.filter(({ decision }) => decision !== 'allowed');
    const wanting = refused.filter(
      ({ decision, missing }) => decision === 'implicitDeny' && missing.length > 0,
    );
    const denied = refused.filter((result) => !wanting.includes(result));
    if (denied.length > 0)
      findings.push(wrong(`${functionName} may not ${listed(denied)} (${sid})`, deployAgain));
    unknown = [...unknown, ...wanting.flatMap(({ missing }) => missing)];
  }
  if (unknown.length > 0)
    findings.push(
      unchecked(
        `a part of what ${functionName} may do: the simulator asks for ${[...new Set(unknown)].join(', ')}`,
      ),
    );
  return findings.length > 0
    ? findings
    : [fine(`${functionName} may do what its grants say: ${asked} questions asked`)];
}

function listed(results: readonly SimulatedAction[]): string {
  const actions = [...new Set(results.map(({ action }) => action))];
  const named = actions.slice(0, mostNamed).join(', ');
  const more = actions.length > mostNamed ? ` and ${actions.length - mostNamed} more` : '';
  return `${named}${more} on ${results[0]?.resource ?? ''}`;
}
