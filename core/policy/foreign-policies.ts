import type { Configuration } from '../base/configuration.ts';
import { globMatches } from '../base/matching.ts';
import { parsePolicy } from './document.ts';
import type { ForeignOwner } from './foreign-owner.ts';
import { foreignOwners } from './foreign-owners.ts';
import { tagsOfOthers } from './own-mark.ts';
import { hasWord, isWord, saysManagedBy } from './said-of-policy.ts';
import type { ServiceControlPolicy } from './service-control-policy.ts';
import { generalTagKeys, peopleTagKeys, proseTagKeys } from './tag-keys.ts';

/** Why an SCP is not ours to edit. */
export interface Ownership {
  /** Who owns it, in words that fit behind "belongs to". */
  readonly owner: string;
  /** What shows that, and where: `its tag ManagedBy=Terraform`. */
  readonly mark: string;
  /** Whether a person may overrule it by naming the id in `editablePolicies`. */
  readonly overrulable: boolean;
}

/** An applied change whose SCP somebody put back: nothing of it is left, without our roll back. */
export interface RevertedChange {
  readonly changeId: string;
  readonly policyId: string;
  readonly targetIds: readonly string[];
  /** Namespaces, sorted. */
  readonly services: readonly string[];
}

type Settings = Pick<Configuration, 'editablePolicies' | 'foreignPolicies' | 'tags'>;

/** Who owns an SCP that we must not edit, or null if nobody does. Without readable tags its name and description decide. An id in `editablePolicies` overrules marks and what was put back, never AWS and never `foreignPolicies`. */
export function ownershipOf(
  policy: ServiceControlPolicy,
  { editablePolicies, foreignPolicies, tags }: Settings,
  reverted: readonly RevertedChange[] = [],
): Ownership | null {
  if (policy.awsManaged) return { owner: 'AWS', mark: 'it is AWS-managed', overrulable: false };
  const pattern = foreignPolicies.find(
    (each) => globMatches(each, policy.name) || globMatches(each, policy.id),
  );
  if (pattern !== undefined) {
    const mark = `the pattern ${pattern} in foreignPolicies`;
    return { owner: 'somebody else', mark, overrulable: false };
  }
  if (editablePolicies.includes(policy.id)) return null;
  const change = reverted.find(({ policyId }) => policyId === policy.id);
  if (change) {
    const mark = `it put back what ${change.changeId} had changed`;
    return { owner: 'a pipeline or a person', mark, overrulable: true };
  }
  const marked = markedOwner({ ...policy, tags: tagsOfOthers(policy.tags, tags) });
  if (marked) return marked;
  return isDefaultOfOrganizations(policy)
    ? { owner: 'AWS Organizations', mark: defaultMark, overrulable: true }
    : null;
}

/** What may carry the mark of a tool that runs it: an SCP, a managed policy, a role. */
export interface Marked {
  readonly name: string;
  readonly description?: string | null;
  /** Null where the tags were not read. */
  readonly tags: Readonly<Record<string, string>> | null;
}

/** The tool whose mark something carries by name, description or tag, or null. */
export function markedOwner(thing: Marked): Ownership | null {
  for (const owner of foreignOwners) {
    const mark = markOf(thing, owner);
    if (mark !== null) return { owner: owner.owner, mark, overrulable: true };
  }
  return null;
}

/** The sentence of a refusal: whose the SCP is, what shows it, and the way out. */
export function ownershipSentence(policy: ServiceControlPolicy, ownership: Ownership): string {
  const { owner, mark, overrulable } = ownership;
  const whose = `${policy.name} (${policy.id}) belongs to ${owner} (${mark})`;
  const wayOut = overrulable ? `, or put ${policy.id} into editablePolicies if it is edited by hand` : '';
  return `${whose}: let its owner make the edit${wayOut}`;
}

function markOf({ name, description, tags }: Marked, known: ForeignOwner): string | null {
  if (known.names?.some((pattern) => matches(pattern, name))) return `its name ${name}`;
  const text = description ?? '';
  if (text !== '' && isDescribed(text, known)) return `its description "${text.trim()}"`;
  for (const [key, value] of Object.entries(tags ?? {})) {
    if (tagTells(key, value, known)) return `its tag ${key}=${value}`;
  }
  return null;
}

function isDescribed(text: string, known: ForeignOwner): boolean {
  return (
    known.descriptions?.some((pattern) => matches(pattern, text.trim())) ||
    isTold(text, known) ||
    labelsIn(text).some(
      ([key, value]) =>
        generalTagTells(key, value, known) || (isSetting(value) && tagTells(key, value, known)),
    )
  );
}

function isTold(text: string, known: ForeignOwner): boolean {
  return (
    known.isToldBy?.(text) ||
    known.words?.some((word) => saysManagedBy(text, word, false)) ||
    known.commonWords?.some((word) => saysManagedBy(text, word, true)) ||
    false
  );
}

/** What a description says as tags do: `ManagedBy: Terraform`, `owner=terraform`. */
function labelsIn(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/(?:^|[.;,|([\s])([a-z]+(?:[ _-](?:by|with|via))?)\s?[:=]\s?([^;,|\n]+)/gi)].map(
    ([, key = '', value = '']) => [key, value],
  );
}

// `IaC: true`, `Repo: example/scps`; not `Terraform: its runner alone may leave`.
function isSetting(value: string): boolean {
  return /^\s*(?:true|yes|https?:|git@|[\w.-]+\/[\w.-]+\s*$)/i.test(value);
}

function generalTagTells(key: string, value: string, known: ForeignOwner): boolean {
  const plain = plainKey(key);
  if (generalTagKeys.has(plain))
    return (
      (known.words?.some((word) => hasWord(value, word, false)) ?? false) ||
      (known.commonWords?.some((word) => hasWord(value, word, true)) ?? false)
    );
  // A team may be called after its tool: only a value that is the tool's name alone says what runs the SCP.
  return peopleTagKeys.has(plain) && (known.words?.some((word) => isWord(value, word)) ?? false);
}

function tagTells(key: string, value: string, known: ForeignOwner): boolean {
  const plain = plainKey(key);
  if (known.tags?.some((tag) => (matches(tag.key, key) || tag.key === plain) && matches(tag.value, value)))
    return true;
  if (isNegative(value)) return false;
  if (known.tagKeys?.some((pattern) => matches(pattern, key))) return true;
  if (generalTagKeys.has(plain) || peopleTagKeys.has(plain)) return generalTagTells(key, value, known);
  // Text for people that names a tool need not mean what runs the SCP: it is read as a description is.
  if (proseTagKeys.has(plain)) return isTold(value, known);
  // Terraform's users tag with keys of their own.
  return known.owner === 'Terraform' && hasWord(value, 'terraform', false);
}

// `terraform=false`, `iac=manual`: somebody says that no tool runs it.
function isNegative(value: string): boolean {
  return /^\s*(false|no?|none|none yet|not yet|never|null|0|off|disabled|n\/?a|not applicable|unmanaged|not managed|manual|manually|by hand|hand-?made|console|clickops|pending|planned|to-?do|tbd|[-?])\s*$/i.test(
    value,
  );
}

function matches(pattern: string, text: string): boolean {
  return globMatches(pattern, text.toLowerCase());
}

function plainKey(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const defaultMark =
  'it denies leaving the organization or closing accounts alone, as a new organization does';
const defaultActions = [
  'organizations:leaveorganization',
  'organizations:closeaccount',
  'account:closeaccount',
];
const defaultNames =
  /^(aws)?[ -]?(default)?[ -]?deny[ -]?(leave|close|account)[ -]?(organization|account|closure)s?$/i;

// Organizations User Guide, document history: organizations that were made in the console since 2026-07-09 start with such SCPs.
// Their purpose alone is no mark: an own SCP may have it too, but hardly on the root or called a default.
function isDefaultOfOrganizations(policy: ServiceControlPolicy): boolean {
  const isPlaced =
    policy.targets.some(({ type }) => type === 'root') ||
    defaultNames.test(policy.name) ||
    /\bdefault\b|\bby aws organizations\b/i.test(policy.description ?? '');
  const { text } = policy;
  if (!isPlaced || text === null || !/(LeaveOrganization|CloseAccount)/i.test(text)) return false;
  const parsed = parsePolicy(text);
  return (
    parsed.ok &&
    parsed.value.statements.every(
      ({ actions, effect }) =>
        effect === 'Deny' &&
        actions.kind === 'action' &&
        actions.patterns.every((pattern) => defaultActions.includes(pattern.toLowerCase())),
    )
  );
}
