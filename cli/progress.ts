import type { OnProgress } from '../flow/collect.ts';
import type { Terminal } from './command.ts';
import { renderProgress, renderWaiting } from './render/progress.ts';

const clearLine = '\r\u001b[K';

/** Writes a review's progress to standard error: a line for each thing done, and a passing one for what is waited for. Silent where standard error is no terminal. */
export function showProgress(terminal: Terminal): OnProgress {
  if (!terminal.wantsProgress) return () => undefined;
  return (progress) => {
    const line = renderProgress(progress);
    const waiting = renderWaiting(progress);
    terminal.note(`${clearLine}${line === null ? '' : `${line}\n`}${waiting ?? ''}`);
  };
}
