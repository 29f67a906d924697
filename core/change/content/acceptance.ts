import { canonicalJson } from '../../base/canonical-json.ts';
import { isCopyOf } from '../../identity/copy-name.ts';
import { quarantinePolicy } from '../../identity/quarantine.ts';
import type { ChangeContent } from './change.ts';

/**
 * Names of the checks that an approver must accept one by one where they are not proven. Beside those of `requireProven`
 * that is `in-service` where a role is stopped: whatever still runs with it would fail at once. And `untracked-actions`
 * where a role is stopped, or somebody loses a policy or leaves a group. Actions whose use nobody can see go with it; an
 * edit of a text keeps them. And `no-lock-out` of an edit of IAM: whether somebody can still administer the account is
 * not known.
 */
export function checksToAccept(
  { certificate, steps }: Pick<ChangeContent, 'certificate' | 'steps'>,
  requireProven: readonly string[],
): readonly string[] {
  const required = new Set<string>([
    ...requireProven,
    ...(stopsRole({ steps }) ? ['in-service'] : []),
    ...(takesWhole({ steps }) || stopsRole({ steps }) ? ['untracked-actions'] : []),
    ...(steps.some(writesIdentities) ? ['no-lock-out'] : []),
  ]);
  return certificate.checks
    .filter(({ name, verdict }) => verdict === 'not-proven' && required.has(name))
    .map(({ name }) => name);
}

function writesIdentities({ resource }: ChangeContent['steps'][number]): boolean {
  return resource.type !== 'policy-text' && resource.type !== 'attachment';
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

/** Whether somebody loses a policy as a whole, and gets no narrowed copy of that one in its place, or leaves a group. */
function takesWhole({ steps }: Pick<ChangeContent, 'steps'>): boolean {
  const made = new Set(
    steps.flatMap(({ before, resource }) =>
      resource.type === 'managed-policy' && before === null ? [resource.arn] : [],
    ),
  );
  const attached = steps.flatMap(({ after, resource }) =>
    resource.type === 'policy-attachment' && after !== null && made.has(resource.policyArn) ? [resource] : [],
  );
  const isReplaced = ({ policyArn, principal }: (typeof attached)[number]): boolean =>
    attached.some(
      (copy) =>
        isCopyOf(copy.policyArn, policyArn) &&
        canonicalJson({ ...copy.principal }) === canonicalJson({ ...principal }),
    );
  return steps.some(({ after, before, resource }) => {
    if (before === null || after !== null) return false;
    if (resource.type === 'policy-attachment') return !isReplaced(resource);
    return resource.type === 'membership' || resource.type === 'inline-policy';
  });
}
