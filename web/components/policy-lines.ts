import { diffArrays } from 'diff';
import { visibleLines } from '../../core/message/words/visible-text.ts';

/** One line of a difference between two policy texts; `gap` stands for unchanged lines that are left out. */
export interface PolicyLine {
  readonly kind: 'same' | 'added' | 'removed' | 'gap';
  readonly text: string;
}

const contextLines = 4;

/** What differs between two policy texts, line by line of their pretty-printed JSON: layout does not count, and neither does a comma that only moved. `before` is null for a new policy. */
export function policyLines(before: string | null, after: string): readonly PolicyLine[] {
  const [old, own] = [linesOf(before), linesOf(after)];
  const { head, tail } = sharedEnds(old.map(withoutComma), own.map(withoutComma));
  // Most edits add lines at one place, and the time of a comparison grows with the square of their number.
  const between = diffArrays(old.slice(head, old.length - tail), own.slice(head, own.length - tail), {
    comparator: (left, right) => withoutComma(left) === withoutComma(right),
  });
  const unchanged = (value: string[]) => ({ value, added: false, removed: false });
  const parts = [unchanged(own.slice(0, head)), ...between, unchanged(own.slice(own.length - tail))].filter(
    ({ value }) => value.length > 0,
  );
  return parts.flatMap(({ value, added, removed }, index) => {
    if (added || removed) return value.map((text) => ({ kind: added ? 'added' : 'removed', text }) as const);
    const isFirst = index === 0;
    const isLast = index === parts.length - 1;
    return withContext(value, isFirst ? 0 : contextLines, isLast ? 0 : contextLines);
  });
}

/** How many lines two texts have in common at their beginnings and, beyond these, at their ends. */
function sharedEnds(
  one: readonly string[],
  other: readonly string[],
): { readonly head: number; readonly tail: number } {
  const most = Math.min(one.length, other.length);
  let head = 0;
  while (head < most && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < most - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  return { head, tail };
}

/** Unchanged lines, only so many of them after the change above and before the change below. */
function withContext(texts: readonly string[], head: number, tail: number): readonly PolicyLine[] {
  const left = texts.length - head - tail;
  const same = (text: string): PolicyLine => ({ kind: 'same', text });
  // A gap of one line would take the room that the line takes.
  if (left < 2) return texts.map(same);
  const gap: PolicyLine = { kind: 'gap', text: `${left} unchanged lines` };
  return [...texts.slice(0, head).map(same), gap, ...texts.slice(texts.length - tail).map(same)];
}

function linesOf(text: string | null): string[] {
  return text === null ? [] : laidOut(text).split('\n');
}

/** How many lines of each kind a difference has. */
export function countLines(lines: readonly PolicyLine[]): {
  readonly added: number;
  readonly removed: number;
} {
  const count = (kind: PolicyLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  return { added: count('added'), removed: count('removed') };
}

/** A policy text in the layout that people read; a text that is not JSON stays as it is. */
function laidOut(text: string): string {
  try {
    return visibleLines(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    // A malformed SCP is shown too: as it was read.
    return visibleLines(text);
  }
}

function withoutComma(line: string): string {
  return line.replace(/,?\r?$/, '');
}
