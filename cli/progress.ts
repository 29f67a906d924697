import type { OnProgress, Progress } from '../flow/progress.ts';
import type { Terminal } from './command.ts';
import { renderProgress, renderWaiting } from './render/progress.ts';

const important: readonly Progress['kind'][] = ['waiting', 'asking-ended', 'tree-not-confirmed'];
const clearLine = '\r\u001b[K';

/** Writes a review's progress to standard error: a line for each thing done, and a passing one for what is waited for. Where standard error is no terminal it only says what the result's reader must know: that AWS keeps it waiting, and what makes the result partial. */
export function showProgress(terminal: Terminal): OnProgress {
  return (progress) => {
    if (!terminal.wantsProgress) {
      if (important.includes(progress.kind)) terminal.note(`${renderProgress(progress)}\n`);
      return;
    }
    const line = renderProgress(progress);
    const waiting = renderWaiting(progress);
    terminal.note(`${clearLine}${line === null ? '' : `${line}\n`}${waiting ?? ''}`);
  };
}
