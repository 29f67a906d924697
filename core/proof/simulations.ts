import { type PolicyDocument, parsePolicy } from '../policy/document.ts';
import { regionToSimulate } from '../policy/simulated-region.ts';
import { type Simulation, simulationOf } from '../policy/simulation.ts';
import { chainsOf, newOrEdited } from './chains.ts';
import { rowsOf } from './rows.ts';
import type { ProofSubject } from './subject.ts';

/** One distinct chain of the blast radius before and after the edit: what the second judge is asked, and what ours reads. */
export interface JudgedChain {
  /** Indexes into `tree.accounts`. */
  readonly accounts: readonly number[];
  readonly before: Simulation;
  readonly after: Simulation;
  readonly documents: Readonly<Record<'before' | 'after', readonly (readonly PolicyDocument[])[]>>;
}

/** Every distinct chain of the blast radius that can be simulated: each level has an SCP, and each text was read and is a policy. `left` counts the others. */
export function chainsToSimulate(subject: ProofSubject): {
  readonly chains: readonly JudgedChain[];
  readonly left: number;
} {
  const chains = chainsOf(subject);
  const editedId = newOrEdited(subject);
  const texts = new Map(subject.policies.map(({ id, text }) => [id, text]));
  const textOf = (id: string, time: 'before' | 'after'): string | null =>
    id === editedId && time === 'after' ? subject.edit.after : (texts.get(id) ?? null);
  const judged = chains.flatMap(({ accounts, levels }): readonly JudgedChain[] => {
    const accountId = subject.tree.accounts[accounts[0] ?? -1]?.id ?? '';
    const [before, after] = (['before', 'after'] as const).map((time) =>
      // A policy that does not exist yet has no text before.
      levels.map((level) =>
        level.flatMap((id) => (id === '(new)' && time === 'before' ? [] : [textOf(id, time)])),
      ),
    );
    const read = [before, after].map((levels) => levels?.map(textsIn));
    const parsed = read.map((levels) => levels?.map(documentsIn));
    const [one, other] = read;
    const [old, own] = parsed;
    if (!one || !other || !old || !own) return [];
    const isWhole = [...parsed].every((levels) => levels?.every((level) => level.length > 0));
    const isRead = [before, after].every(
      (levels, index) =>
        levels?.flat().length === read[index]?.flat().length &&
        read[index]?.flat().length === parsed[index]?.flat().length,
    );
    if (!isWhole || !isRead) return [];
    // One Region for both: what differs then comes of the edit.
    const { partition } = subject;
    const statements = [...old, ...own].flat().flatMap((document) => document.statements);
    const region = regionToSimulate(statements, partition);
    const facts = { partition, organizationId: subject.tree.id, region };
    return [
      {
        accounts,
        before: simulationOf(one, accountId, facts),
        after: simulationOf(other, accountId, facts),
        documents: { before: old, after: own },
      },
    ];
  });
  return { chains: judged, left: chains.length - judged.length };
}

function textsIn(level: readonly (string | null)[]): readonly string[] {
  return level.flatMap((text) => (text === null ? [] : text));
}

function documentsIn(level: readonly string[]): readonly PolicyDocument[] {
  return level.flatMap((text) => {
    const parsed = parsePolicy(text);
    return parsed.ok ? parsed.value : [];
  });
}

/** The services that somebody below the targets used within the threshold and that the edit keeps, sorted. */
export function servicesInUse({ cutOff, edit, reports, tree }: ProofSubject): readonly string[] {
  const used = new Set<string>();
  for (const [namespace, rows] of rowsOf(tree, reports).used)
    if (rows.some(({ row }) => (row.lastAccessedAt ?? 0) >= cutOff)) used.add(namespace);
  for (const service of edit.services) used.delete(service);
  return [...used].sort();
}
