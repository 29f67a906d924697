import { rememberedFor } from '../base/remembered.ts';
import type { Statement } from '../policy/document.ts';
import type { AccountIdentities, Role, User } from './account-identities.ts';
import { type Assumer, assumerOf } from './assuming.ts';
import type { Layer } from './iam-power.ts';

/** What is asked of an account. */
export interface EntryQuestion {
  readonly account: AccountIdentities;
  /** What somebody bears: his own policies first, then his boundary. */
  readonly layersOf: (principal: User | Role) => readonly Layer[];
  /** The SCPs by level. */
  readonly levels: readonly Layer[];
  readonly organizationId: string | null;
}

/** Users and roles that may assume the same roles, since they bear the same statements about it. */
export interface AssumerGroup {
  readonly assumer: Assumer;
  readonly members: readonly (User | Role)[];
}

/** The group of each user and role, by ARN; whoever bears what was not read is in none. */
export function assumerGroups({
  account,
  layersOf,
  levels,
  organizationId,
}: EntryQuestion): ReadonlyMap<string, AssumerGroup> {
  // Texts of many differ, and say the same about the resources.
  const numbers = new Map<string, number>();
  const numberOf = ({ resources }: Statement): number => {
    const text = textOf(resources);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const groups = new Map<string, { assumer: Assumer; members: (User | Role)[] }>();
  const groupOf = new Map<string, AssumerGroup>();
  for (const principal of [...account.users, ...account.roles]) {
    const assumer = assumerOf({ arn: principal.arn, organizationId }, layersOf(principal), levels);
    if (assumer === null) continue;
    const lists = [assumer.own, assumer.denies, ...assumer.above];
    const key = lists.map((statements) => statements.map(numberOf).join()).join('|');
    const group = groups.get(key) ?? { assumer, members: [] };
    groups.set(key, group);
    group.members.push(principal);
    groupOf.set(principal.arn, group);
  }
  return groupOf;
}

const textOf = rememberedFor((resources: Statement['resources']): string => JSON.stringify(resources));
