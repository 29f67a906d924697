import type { ChangeContent } from '../../change/content/change.ts';
import { editOf } from '../../change/content/edit.ts';
import { meansTheSame } from '../../policy/same-meaning.ts';
import { isGiveBack } from './intents.ts';

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
