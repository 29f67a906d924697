import type { PrincipalName } from '../../identity/account-identities.ts';
import { type PolicySource, sourceKey } from '../../identity/account-index.ts';
import type { IdentityResource } from '../../identity/identity-step.ts';

/** One edit of an account's IAM, as a person would name it. */
export type IamEdit =
  | { readonly do: 'new-version'; readonly source: PolicySource; readonly after: string }
  /** `after` null: nothing of the inline policy is left. */
  | { readonly do: 'edit-inline'; readonly source: PolicySource; readonly after: string | null }
  | { readonly do: 'detach'; readonly source: PolicySource; readonly from: PrincipalName }
  | { readonly do: 'leave-group'; readonly user: string; readonly group: string }
  /** Detached from everybody, then deleted. */
  | { readonly do: 'delete-policy'; readonly source: PolicySource; readonly from: readonly PrincipalName[] }
  /** A copy of AWS's policy that grants less, attached to its bearers before the broad one is detached. */
  | {
      readonly do: 'replace-by-copy';
      readonly source: PolicySource;
      readonly after: string;
      readonly copyArn: string;
      readonly for: readonly PrincipalName[];
    }
  | { readonly do: 'deny-all'; readonly role: string; readonly after: string };

/** One name for one edit: the same edit that two findings ask for is proposed once. */
export function editKey(edit: IamEdit): string {
  switch (edit.do) {
    case 'leave-group':
      return `leave ${edit.user} ${edit.group}`;
    case 'detach':
      return `detach ${edit.source.arn} ${edit.from.type}/${edit.from.name}`;
    case 'deny-all':
      return `deny-all ${edit.role}`;
    default:
      return `${edit.do} ${sourceKey(edit.source)}`;
  }
}

/** Edits of which no two detach the same policy from the same bearer: a deletion detaches it from all, and who uses nothing of it gets no copy. */
export function eachBearerOnce(edits: readonly IamEdit[]): readonly IamEdit[] {
  const deleted = new Set(edits.flatMap((edit) => (edit.do === 'delete-policy' ? [edit.source.arn] : [])));
  const detached = new Set(edits.flatMap((edit) => (edit.do === 'detach' ? [editKey(edit)] : [])));
  return edits.flatMap((edit): readonly IamEdit[] => {
    if (edit.do === 'detach') return deleted.has(edit.source.arn) ? [] : [edit];
    if (edit.do !== 'replace-by-copy') return [edit];
    const { source } = edit;
    const bearers = edit.for.filter((from) => !detached.has(editKey({ do: 'detach', source, from })));
    return bearers.length === 0 ? [] : [{ ...edit, for: bearers }];
  });
}

/** The policy that an edit is about, for edits that belong together because they touch the same one; null: none. */
export function policyOfEdit(edit: IamEdit): string | null {
  return 'source' in edit ? sourceKey(edit.source) : null;
}

/** The resource that holds a policy's text. */
export function textResource({ arn, name, owner }: PolicySource): IdentityResource {
  if (arn !== null) return { type: 'managed-policy', arn };
  if (owner === null) throw new Error(`the inline policy ${name} is nobody's`);
  return { type: 'inline-policy', principal: owner, name };
}
