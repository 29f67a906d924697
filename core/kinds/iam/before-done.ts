import type { ChangeContent } from '../../change/content/change.ts';
import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import { undoSteps } from '../../change/content/undo-steps.ts';
import { accountAfter } from '../../identity/account-after.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';

/**
 * An account as it was before the first `done` steps of a change, to prove the whole again. A policy that they deleted has
 * the marks that are kept of it; its age is not known any more and was judged before it was deleted, so it counts as old.
 */
export function accountBefore(
  read: AccountIdentities,
  content: ChangeContent,
  done: number,
): AccountIdentities {
  const account = accountAfter(read, undoSteps(identityStepsOf(content).slice(0, done)));
  const there = new Set(read.policies.map(({ arn }) => arn));
  const gone = new Map(
    identityPartOf(content).deleted.flatMap((each) => (there.has(each.arn) ? [] : [[each.arn, each]])),
  );
  if (gone.size === 0) return account;
  const policies = account.policies.map((policy) => {
    const kept = gone.get(policy.arn);
    if (!kept) return policy;
    const versions = policy.versions.map((version) => ({ ...version, createdAt: 0 }));
    return { ...policy, description: kept.description, tags: kept.tags, createdAt: 0, versions };
  });
  return { ...account, policies };
}
