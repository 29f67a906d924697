import { isAwsRefusal } from '../adapters/aws/refusal.ts';
import { MissingSetting } from '../adapters/environment.ts';
import { visibleLines } from '../core/message/words/visible-text.ts';
import { BadEvent } from '../flow/bad-event.ts';
import { BadArguments } from './arguments.ts';
import { optionsByField } from './review-arguments.ts';

/** How a command that did not succeed ends: what to say on standard error, and the exit code. */
export interface Failure {
  readonly text: string;
  readonly exitCode: 1 | 2;
}

/** What an error means to whoever typed the command: 2 for their mistake, 1 for a refusal by AWS or a failure of ours, which alone comes with its stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BadArguments || error instanceof BadEvent) {
    return { text: `oar: ${oneLine(asTyped(error.message))}`, exitCode: 2 };
  }
  if (error instanceof MissingSetting) return { text: `oar: ${oneLine(error.message)}`, exitCode: 2 };
  if (isAwsRefusal(error)) return { text: `oar: ${oneLine(error.message)}`, exitCode: 1 };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `oar: failed, and this is a bug: ${visibleLines(text)}`, exitCode: 1 };
}

function oneLine(text: string): string {
  return visibleLines(text)
    .trim()
    .replace(/\s*[\r\n]+\s*/g, '; ');
}

/** A message about a field of the event (`scope: …`) named by the option that gave it. */
function asTyped(message: string): string {
  return message.replace(/^(\w+)(?=[.:])/gm, (field) =>
    Object.hasOwn(optionsByField, field) ? (optionsByField[field] ?? field) : field,
  );
}
