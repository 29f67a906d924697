import { identityLimits } from '../../base/limits.ts';
import { type AccountIndex, type PolicySource, principalNamed } from '../../identity/account-index.ts';
import { grantsService } from '../../identity/granted-services.ts';
import type { IdentityReason } from '../../identity/identity-refusal.ts';
import type { IdentityServiceRow } from '../../identity/identity-report.ts';
import type { IdentityCase } from '../../identity/judge.ts';
import { namedServices } from '../../identity/unlisted-services.ts';
import { waysInOf } from '../../identity/ways-in.ts';
import { minifyJson } from '../../policy/json-text.ts';
import { type Rewriting, rewritePolicy } from '../../policy/rewrite-policy.ts';
import type { ServiceUse } from '../../policy/rewrite-statement.ts';
import { policyCharacters } from '../../policy/size.ts';

/** What is to be taken out of a text, and the rows of the report that it is judged by. */
export interface Taking {
  /** Namespaces that go. */
  readonly services: ReadonlySet<string>;
  /** Single actions that go, such as `ec2:CreateFleet`. */
  readonly actions: ReadonlySet<string>;
  readonly rows: readonly IdentityServiceRow[];
  /** Namespaces that are granted and that the report does not list: unknown, so they stay. */
  readonly unlisted: ReadonlySet<string>;
}

/** What is left of a text. Sentences in `notes` are for people. */
export type Narrowed =
  | Exclude<Rewriting, { readonly kind: 'refused' }>
  | { readonly kind: 'refused'; readonly reason: IdentityReason };

/** The text without what goes: every other service of the report stays as it is, held and unknown ones too. */
export function narrowed(
  { care, index, level }: IdentityCase,
  source: PolicySource,
  taking: Taking,
): Narrowed {
  const { name, text } = source;
  if (text === null) {
    const detail = `the text of ${name} was not read`;
    return { kind: 'refused', reason: { code: 'EVIDENCE_MISSING', detail } };
  }
  const unlisted = [...taking.unlisted].filter(
    (namespace) => source.document !== null && grantsService(source.document, namespace),
  );
  const use = new Map<string, ServiceUse>([
    ...unlisted.map((namespace) => [namespace, { verdict: 'kept' }] as const),
    ...taking.rows.map((row) => [row.serviceNamespace.toLowerCase(), useIn(row, taking)] as const),
  ]);
  const waysIn = waysInOf(index.account, care);
  const result = rewritePolicy(text, { level, use, waysIn }, charactersFor(index, source));
  if (result.kind !== 'refused')
    return unlisted.length === 0
      ? result
      : { ...result, notes: [...result.notes, unlistedNote(name, unlisted)] };
  const code = result.code === 'UNKNOWN_SERVICE' ? 'EVIDENCE_MISSING' : result.code;
  return { kind: 'refused', reason: { code, detail: `${name}: ${result.detail}` } };
}

function unlistedNote(name: string, unlisted: readonly string[]): string {
  return `${name} goes on granting ${namedServices(unlisted)}: the report does not list what the text allows, so its use is unknown`;
}

function useIn({ actions, serviceNamespace }: IdentityServiceRow, taking: Taking): ServiceUse {
  if (taking.services.has(serviceNamespace)) return { verdict: 'unused' };
  const names = (actions ?? []).map(({ name }) => name);
  const unused = names.filter((name) => taking.actions.has(`${serviceNamespace}:${name}`));
  if (unused.length === 0) return { verdict: 'kept' };
  return { verdict: 'narrowed', unused, listed: names.filter((name) => !unused.includes(name)) };
}

/** What the new text may have without white space: inline policies of one identity share a sum. */
function charactersFor(index: AccountIndex, { name, owner }: PolicySource): number {
  const { quotas } = index.account;
  if (owner === null) return quotas?.policyCharacters ?? identityLimits.policyCharacters;
  const most = {
    user: quotas?.userInlineCharacters ?? identityLimits.inlineCharacters.user,
    group: quotas?.groupInlineCharacters ?? identityLimits.inlineCharacters.group,
    role: quotas?.roleInlineCharacters ?? identityLimits.inlineCharacters.role,
  }[owner.type];
  const others = principalNamed(index, owner).inline.filter((policy) => policy.name !== name);
  return others.reduce((left, { text }) => left - policyCharacters(minifyJson(text)), most);
}
