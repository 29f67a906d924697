import { rememberedFor } from '../base/remembered.ts';
import { type PolicyDocument, parsePolicy } from '../policy/document.ts';
import type { AccountIdentities, Role, User } from './account-identities.ts';
import { documentIn, policyOf, principalOf } from './account-lookup.ts';
import type { Layer } from './iam-power.ts';
import { defaultTextOf } from './identity-values.ts';

/** The SCPs that bind an account. */
export interface Controls {
  /** Their texts by level from the root down, null for one that was not read; empty: none bind it. */
  readonly levels: readonly (readonly (string | null)[])[];
  /** The id of the organization, which conditions compare; null: not known. */
  readonly organizationId: string | null;
}

/** Those of an account that no SCP binds. */
export const noControls: Controls = { levels: [], organizationId: null };

/** Those of an account whose organization was not read. */
export const unreadControls: Controls = { levels: [[null]], organizationId: null };

/** What an account that was read looks like to questions of its administration. */
export interface Reading {
  readonly account: AccountIdentities;
  readonly levels: readonly Layer[];
  readonly organizationId: string | null;
  /** ARNs by the two questions, once they were asked. */
  readonly answers: {
    may?: readonly string[];
    surely?: readonly string[];
    granted?: readonly (User | Role)[];
  };
}

/** The same for the same account and controls: every change of a review asks of them. */
export function readingOf(account: AccountIdentities, controls: Controls): Reading {
  return readingUnder(account)(controls);
}

const readingUnder = rememberedFor((account: AccountIdentities) =>
  rememberedFor(
    (controls: Controls): Reading => ({
      account,
      levels: documentsOf(controls),
      organizationId: controls.organizationId,
      answers: {},
    }),
  ),
);

/** Everybody of whom administration is asked. */
export function principalsIn({ account: { roles, users } }: Reading): readonly (User | Role)[] {
  return [...users, ...roles];
}

/** The SCPs by level, each read once. */
export const documentsOf = rememberedFor(({ levels }: Controls): readonly Layer[] =>
  levels.map((texts) => texts.map(documentOf)),
);

/** What a principal bears: its own policies and those of its groups, then its boundary. */
export function layersOf({ account }: Reading, principal: User | Role): readonly Layer[] {
  const own = borneBy(account, principal);
  return principal.boundary === null ? [own] : [own, [documentOfPolicy(account, principal.boundary)]];
}

/** What a principal's own policies and those of its groups say; null: it was not read or understood. */
function borneBy(account: AccountIdentities, principal: User | Role): Layer {
  const names = principal.type === 'user' ? principal.groups : [];
  const groups = names.flatMap((name) => principalOf(account, { type: 'group', name }) ?? []);
  return [principal, ...groups].flatMap(({ attached, inline }) => [
    ...attached.map((arn) => documentOfPolicy(account, arn)),
    ...inline.map(({ text }) => documentIn(account, text)),
  ]);
}

function documentOfPolicy(account: AccountIdentities, arn: string): PolicyDocument | null {
  const policy = policyOf(account, arn);
  const text = policy ? defaultTextOf(policy) : null;
  return text === null ? null : documentIn(account, text);
}

function documentOf(text: string | null): PolicyDocument | null {
  const read = text === null ? null : parsePolicy(text);
  return read?.ok ? read.value : null;
}
