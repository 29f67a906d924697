import { accountAfter } from '../../identity/account-after.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import { sourceKey } from '../../identity/account-index.ts';
import type { Controls } from '../../identity/administration-reading.ts';
import { administrationAfter } from '../../identity/administrators.ts';
import { pathsThrough } from '../../identity/grants.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import type { IdentityCase, LastWay } from '../../identity/judge.ts';
import type { IamDraft } from './draft.ts';

/** Drafts that may be carried out together, and those after which nobody would be sure to do everything in IAM. */
export interface AdministratorCheck {
  readonly kept: readonly IamDraft[];
  readonly refused: readonly RefusedDraft[];
}

/** A draft after which nobody would be sure to. */
export interface RefusedDraft extends LastWay {
  readonly draft: IamDraft;
}

/** Judges all drafts together, one after another, on top of the steps of open changes: whatever takes IAM from the last administrator is refused. */
export function keepAdministrators(
  account: AccountIdentities,
  controls: Controls,
  open: readonly IdentityStep[],
  drafts: readonly IamDraft[],
): AdministratorCheck {
  const kept: IamDraft[] = [];
  const refused: RefusedDraft[] = [];
  let standing = accountAfter(account, open);
  for (const draft of drafts) {
    const after = accountAfter(standing, draft.steps);
    const { isLost, losing, why } = administrationAfter(standing, after, controls);
    if (isLost) {
      refused.push({ draft, namespace: losing.length > 0 ? 'iam' : 'sts', why });
      continue;
    }
    kept.push(draft);
    standing = after;
  }
  return { kept, refused };
}

/** The texts that refused drafts would have changed or taken away, by `sourceKey`, with why. */
export function textsOf(
  { index }: IdentityCase,
  refused: readonly RefusedDraft[],
): ReadonlyMap<string, LastWay> {
  const keys = refused.flatMap(({ draft, namespace, why }) =>
    draft.edits.flatMap((edit) => {
      const sources =
        edit.do === 'leave-group' ? pathsThrough(index, edit.group).map(({ source }) => source) : [];
      if ('source' in edit) sources.push(edit.source);
      return sources.map((source) => [sourceKey(source), { namespace, why }] as const);
    }),
  );
  return new Map(keys);
}
