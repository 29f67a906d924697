import { accountAfter } from '../../identity/account-after.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import { sourceKey } from '../../identity/account-index.ts';
import { administrationAfter, type ControlLevels } from '../../identity/administrators.ts';
import { pathsThrough } from '../../identity/grants.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import type { IdentityCase } from '../../identity/judge.ts';
import type { IamDraft } from './draft.ts';

/** Drafts that may be carried out together, and those after which nobody would be sure to do everything in IAM. */
export interface AdministratorCheck {
  readonly kept: readonly IamDraft[];
  readonly refused: readonly IamDraft[];
}

/** Judges all drafts together, one after another, on top of the steps of open changes: whatever takes IAM from the last administrator is refused. */
export function keepAdministrators(
  account: AccountIdentities,
  controls: ControlLevels,
  open: readonly IdentityStep[],
  drafts: readonly IamDraft[],
): AdministratorCheck {
  const kept: IamDraft[] = [];
  const refused: IamDraft[] = [];
  let standing = accountAfter(account, open);
  for (const draft of drafts) {
    const after = accountAfter(standing, draft.steps);
    const { losing, staying } = administrationAfter(standing, after, controls);
    const isLast = losing.length > 0 && staying.length === 0;
    (isLast ? refused : kept).push(draft);
    if (!isLast) standing = after;
  }
  return { kept, refused };
}

/** The texts that refused drafts would have changed or taken away, by `sourceKey`. */
export function textsOf({ index }: IdentityCase, drafts: readonly IamDraft[]): ReadonlySet<string> {
  const keys = drafts.flatMap(({ edits }) =>
    edits.flatMap((edit) => {
      if (edit.do === 'leave-group')
        return pathsThrough(index, edit.group).map(({ source }) => sourceKey(source));
      return 'source' in edit ? [sourceKey(edit.source)] : [];
    }),
  );
  return new Set(keys);
}
