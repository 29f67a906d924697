import { isoDay } from '../../core/base/iso-time.ts';
import { toldOnly } from '../../core/identity/check-delete.ts';
import type { DeleteCheck } from '../../core/identity/delete-question.ts';
import { shortArn } from '../../core/identity/step-words.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { type Look, paintOf, paragraph } from './text.ts';

/** What speaks for and against deleting something, and how it is done by hand, for a terminal. */
export function renderDeleteCheck(
  { arn, lastUsedAt, reasons, safe, usedBy }: DeleteCheck,
  byHand: readonly string[],
  { colour, columns }: Look,
): string {
  const paint = paintOf(colour);
  const by = usedBy.length > 0 ? ` by ${usedBy.map(shortArn).join(', ')}` : '';
  const used =
    lastUsedAt === null
      ? 'nothing attempted in the tracking period'
      : `last attempted on ${isoDay(lastUsedAt)}${by}`;
  const heading = safe
    ? 'By hand, in this order:'
    : 'By hand, in this order, once nothing speaks against it any more:';
  const against = reasons.filter(({ code }) => !toldOnly.has(code));
  const others = reasons.filter(({ code }) => toldOnly.has(code));
  const listed = (some: typeof reasons): readonly string[] =>
    some.flatMap(({ code, detail }) => paragraph(visibleText(`${detail} (${code})`), '  - ', columns));
  return [
    `${safe ? paint.good('safe to delete') : paint.bad('NOT safe to delete')}: ${visibleText(arn)}`,
    ...paragraph(visibleText(used), '  ', columns),
    ...(safe ? [] : ['  What speaks against it:']),
    ...listed(against),
    ...(safe || others.length === 0 ? [] : ['  To know:']),
    ...listed(others),
    // A command is never broken: it is to be pasted.
    ...(byHand.length === 0 ? [] : [`  ${heading}`, ...byHand.map((line) => `    ${visibleText(line)}`)]),
    '',
  ].join('\n');
}
