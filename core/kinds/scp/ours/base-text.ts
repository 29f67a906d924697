import type { ChangeContent } from '../../../change/content/change.ts';
import { editOf } from '../../../change/content/edit.ts';
import { openDriftEvent } from '../../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { meansTheSame } from '../../../policy/same-meaning.ts';
import { isGiveBack } from './intents.ts';
import type { Stands } from './stands.ts';

/**
 * Whether a text is the one that a change starts from. Before a deny every byte counts: the next review starts from what
 * it reads. A give-back starts from what our writes left or a review told, and another layout of that is told by none: its
 * meaning counts.
 */
export function startsFrom(content: ChangeContent, text: string): boolean {
  const { before } = editOf(content);
  if (before === null) return false;
  return isGiveBack(content) ? meansTheSame(text, before) : text === before;
}

/**
 * What a give-back starts from: what the last own write left or, where a review told another text since, that one. Right
 * before the write the SCP has to mean the same.
 */
export function textToGiveBackFrom(left: string, records: readonly ChangeRecord[], { last }: Stands): string {
  // What a review told before the last own write is none of what stands since.
  const told = records
    .flatMap((record) => openDriftEvent(record) ?? [])
    .filter(({ at }) => at > (last?.wroteAt ?? 0));
  const newest = Math.max(...told.map(({ at }) => at));
  return told.find(({ at, text }) => at === newest && text !== undefined)?.text ?? left;
}
