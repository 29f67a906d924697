import type { OnProgress } from '../flow/collect.ts';
import type { Terminal } from './command.ts';
import { renderProgress, renderWaiting } from './render/progress.ts';

const clearLine = '\r\u001b[K';

/** Writes a review's progress to standard error: a line for each thing done, and a passing one for what is waited for. Where standard error is no terminal it only says that AWS keeps it waiting. */
export function showProgress(terminal: Terminal): OnProgress {
  return (progress) => {
    if (!terminal.wantsProgress) {
      if (progress.kind === 'waiting') terminal.note(`${renderProgress(progress)}\n`);
      return;
    }
    const line = renderProgress(progress);
    const waiting = renderWaiting(progress);
    terminal.note(`${clearLine}${line === null ? '' : `${line}\n`}${waiting ?? ''}`);
  };
}
