import { rememberedFor } from '../base/remembered.ts';
import { type Account, type Entity, entityOf } from '../organization/organization.ts';
import {
  type AttachedPolicies,
  attachmentsOf,
  type MadeLists,
  unattached,
  withPolicy,
} from '../policy/attachments.ts';
import { targetsReached } from './base.ts';
import type { ProofSubject } from './subject.ts';

/** The indexes of every member account below every target, each once, ascending. */
export const blastRadius = rememberedFor(indexesBelow);

/** The same accounts themselves. */
export const accountsReached = rememberedFor((subject: ProofSubject): readonly Account[] =>
  blastRadius(subject).map((index) => subject.tree.accounts[index] as Account),
);

function indexesBelow(subject: ProofSubject): readonly number[] {
  const entities = targetsReached(subject).flatMap(({ id }) => subject.tree.entities.get(id) ?? []);
  const indexes: number[] = [];
  let next = 0;
  for (const { endAccount, firstAccount } of entities.sort((a, b) => a.firstAccount - b.firstAccount)) {
    // Targets may lie within each other.
    for (let index = Math.max(next, firstAccount); index < endAccount; index += 1) indexes.push(index);
    next = Math.max(next, endAccount);
  }
  return indexes;
}

/** Accounts that live under the same SCPs. */
export interface Chain {
  /** Indexes into `tree.accounts`. */
  readonly accounts: readonly number[];
  /** The ids of the SCPs at each level from the root down. Equal levels of the chains of a subject are one list. */
  readonly levels: readonly AttachedPolicies[];
}

/** The id of the SCP that is edited, or what stands for that of a new one. */
export function newOrEdited({ edit }: ProofSubject): string {
  return edit.policyId ?? '(new)';
}

/** A place in the tree of levels: the accounts with these levels above them, and what comes below. */
interface Place extends Chain {
  readonly accounts: number[];
  readonly below: Map<AttachedPolicies, Place>;
}

/** The distinct chains of the blast radius, the SCP that is made or edited at its targets. */
export function chainsOf(subject: ProofSubject): readonly Chain[] {
  const { tree } = subject;
  const attached = attachments(subject);
  const top: Place = { accounts: [], levels: [], below: new Map() };
  const containers = new Map<string, Place>();
  const chains: Chain[] = [];
  const placeOf = ({ id, parentId }: Pick<Entity, 'id' | 'parentId'>): Place => {
    const above = parentId === null ? top : (containers.get(parentId) ?? placeOf(entityOf(tree, parentId)));
    if (parentId !== null) containers.set(parentId, above);
    const level = attached(id);
    const place = above.below.get(level) ?? {
      accounts: [],
      levels: [...above.levels, level],
      below: new Map(),
    };
    above.below.set(level, place);
    return place;
  };
  for (const index of blastRadius(subject)) {
    const place = placeOf(tree.accounts[index] as Account);
    if (place.accounts.length === 0) chains.push(place);
    place.accounts.push(index);
  }
  return chains;
}

/** SCPs at an entity as they will be: one that does not exist yet counts at its targets, where before the edit it simply has no text. */
function attachments(subject: ProofSubject): (entityId: string) => AttachedPolicies {
  const attached = attachmentsOf(subject.policies);
  const isNew = subject.edit.policyId === null;
  const added = new Set(isNew ? subject.edit.targets.map(({ id }) => id) : []);
  const made: MadeLists = new Map();
  return (entityId) => {
    const there = attached.get(entityId) ?? unattached;
    return added.has(entityId) ? withPolicy(there, newOrEdited(subject), made) : there;
  };
}
