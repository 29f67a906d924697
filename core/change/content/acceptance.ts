import { canonicalJson } from '../../base/canonical-json.ts';
import { quarantinePolicy } from '../../identity/quarantine.ts';
import type { ChangeContent } from './change.ts';

/**
 * Names of the checks that an approver must accept one by one where they are not proven. Beside those of `requireProven`
 * that is `in-service` where a role is stopped: whatever still runs with it would fail at once. And `untracked-actions` where
 * somebody loses a policy or leaves a group: actions whose use nobody can see go with it, which an edit of a text keeps.
 */
export function checksToAccept(
  { certificate, steps }: Pick<ChangeContent, 'certificate' | 'steps'>,
  requireProven: readonly string[],
): readonly string[] {
  const required = new Set<string>([
    ...requireProven,
    ...(stopsRole({ steps }) ? ['in-service'] : []),
    ...(takesWhole({ steps }) ? ['untracked-actions'] : []),
  ]);
  return certificate.checks
    .filter(({ name, verdict }) => verdict === 'not-proven' && required.has(name))
    .map(({ name }) => name);
}

function stopsRole({ steps }: Pick<ChangeContent, 'steps'>): boolean {
  return steps.some(
    ({ after, before, resource }) =>
      resource.type === 'inline-policy' &&
      resource.name === quarantinePolicy.name &&
      before === null &&
      after !== null,
  );
}

/** Whether somebody loses a policy as a whole, and gets no narrower one in its place, or leaves a group. */
function takesWhole({ steps }: Pick<ChangeContent, 'steps'>): boolean {
  const replaced = new Set(
    steps.flatMap(({ after, resource }) =>
      resource.type === 'policy-attachment' && after !== null
        ? [canonicalJson({ ...resource.principal })]
        : [],
    ),
  );
  return steps.some(({ after, before, resource }) => {
    if (before === null || after !== null) return false;
    if (resource.type === 'policy-attachment') return !replaced.has(canonicalJson({ ...resource.principal }));
    return resource.type === 'membership' || resource.type === 'inline-policy';
  });
}
