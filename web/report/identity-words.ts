import { keptInPart } from '../../core/change/content/identity-part.ts';
import type { IdentityCode } from '../../core/identity/identity-refusal.ts';
import { refusalTitles } from '../../core/message/words/refusal-words.ts';
import type {
  AdviceResult,
  GrantResult,
  IdentityChangeResult,
} from '../../core/review/identities/identities-result.ts';

/** What a code of a review of identities means, as a heading. */
export const identityCodeTitles: Readonly<Record<IdentityCode, string>> = {
  ...refusalTitles,
  FOREIGN_POLICY: 'It belongs to somebody else',
  MALFORMED_POLICY: 'A policy cannot be read',
  AWS_MANAGED: 'AWS alone edits it',
  SERVICE_LINKED: 'Service-linked roles are left alone',
  IDENTITY_CENTER: 'IAM Identity Center makes it',
  NEW_PRINCIPAL: 'Too young to judge',
  NEW_PERMISSION: 'Granted too lately to judge',
  USED_BY_OTHERS: 'Others use it',
  NOT_TRACKED: 'AWS does not track its use',
  TOO_LARGE: 'The edit would not fit',
  UNREACHABLE_ACCOUNT: 'The account cannot be entered',
  KEEP_MARK: 'Marked to be kept',
  BOUNDARY: 'It is a permissions boundary',
  LAST_ADMINISTRATOR: 'The last administrator',
  IN_SERVICE: 'In service',
  EXEMPT: 'somebody exempted it',
};

/** One path as people say it: the policy, its kind, and where it is attached. */
export function grantWords({ attachedTo, policyName, policyType, via }: GrantResult): string {
  const kind = policyType === 'aws-managed' ? 'AWS-managed' : policyType;
  const where =
    via === 'direct' ? `directly on ${attachedTo.type} ${attachedTo.name}` : `by group ${via.group}`;
  return `${policyName} (${kind}, ${where})`;
}

/** What to do, in a few words. */
export function adviceWords({ do: what, from, policyName }: AdviceResult): string {
  const policy = policyName ?? 'the policy';
  const place = from === null ? '' : ` from ${from.type} ${from.name}`;
  switch (what) {
    case 'new-version':
      return `write a new version of ${policy}`;
    case 'edit-inline':
      return `edit the inline policy ${policy}`;
    case 'detach':
      return `detach ${policy}${place}`;
    case 'leave-group':
      return `leave the group${from === null ? '' : ` ${from.name}`}`;
    case 'delete-policy':
      return `delete ${policy}`;
    case 'replace-by-copy':
      return `replace ${policy} by a narrowed copy`;
    case 'deny-all':
      return 'deny everything';
    case 'keep':
      return `keep ${policy}`;
  }
}

/** What an edit takes away: services that go whole from somebody, services of which everybody keeps something, and single actions. */
export function takenBy({ actions = [], effects, services }: IdentityChangeResult): {
  readonly whole: readonly string[];
  readonly part: readonly string[];
  readonly actions: readonly string[];
} {
  const single = new Set(actions.map((action) => action.slice(0, action.indexOf(':'))));
  const inPart = keptInPart(effects);
  return {
    whole: services.filter((namespace) => !inPart.has(namespace)),
    part: services.filter((namespace) => inPart.has(namespace) && !single.has(namespace)),
    actions,
  };
}
