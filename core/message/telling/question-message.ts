import type { ChangeRecord } from '../../change/life/life.ts';
import { kindOf } from '../../kinds/kinds.ts';
import { headlineOf } from '../words/headline.ts';
import {
  asciiSubject,
  asciiText,
  harmless,
  harmlessName,
  type Message,
  subjectCharacters,
  wrap,
} from '../words/plain-text.ts';

const most = { question: 1_200, place: 160, deed: 1_200 } as const;

/**
 * What those who run the reviews are told of an event of a change at this place of its history: a question, since they
 * know where a proposal comes from. Null for every other event: that is told to approvers alone.
 */
export function questionMessage({ content, history }: ChangeRecord, sequence: number): Message | null {
  const event = history[sequence - 1];
  if (event?.type !== 'asked') return null;
  const { id } = content;
  const told = kindOf(content).tell(content);
  const start = `[${told.noun}] Question: `;
  const end = ` (${id.slice(-4)} r${event.revision})`;
  const inSubject = {
    told: { ...told, deed: asciiText(harmless(told.deed, Number.POSITIVE_INFINITY)) },
    place: asciiText(harmless(content.confirm, Number.POSITIVE_INFINITY)),
  };
  const headline = headlineOf(inSubject, subjectCharacters - start.length - end.length);
  const whole = {
    told: { ...told, deed: harmless(told.deed, most.deed) },
    place: harmlessName(content.confirm, most.place),
  };
  const lines = [
    ...wrap(`${headlineOf(whole)}.`, '', ''),
    '',
    ...wrap(`${event.approverId} asks: ${harmless(event.question, most.question)}`, '', ''),
    '',
    ...wrap('Whoever else may decide on it was asked too. It decides nothing. With AWS credentials:', '', ''),
    `npx --no -- oar changes show ${id}`,
    `npx --no -- oar changes ask ${id} --reason '...'`,
    '',
  ];
  return { subject: asciiSubject(`${start}${headline}${end}`), text: `${lines.join('\n')}` };
}
