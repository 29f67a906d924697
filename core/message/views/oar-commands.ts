import type { LinkPurpose } from '../../change/links/links.ts';
import { harmless } from '../words/plain-text.ts';
import type { ChangeView } from './change-view.ts';

/**
 * What an approver types where there is no page, one command a line. `site` is the address of the API. Names are other
 * people's words: one that a shell or a mail program might take for more than a name is left for `show` to tell.
 */
export function commandsFor(purpose: LinkPurpose, view: ChangeView, site: string): readonly string[] {
  const command = (verb: string, ...more: readonly string[]): string =>
    ['npx --no -- oar changes', verb, view.id, ...more, '--url', site].join(' ');
  switch (purpose) {
    case 'decide':
      return [command('show'), command('approve', ...approvalOf(view))];
    case 'cancel':
      return [command('show'), command('cancel')];
    case 'roll-back':
      return [command('show'), command('roll-back', '--reason', "'…'")];
  }
}

function approvalOf({ confirm, mustAccept, shortDigest }: ChangeView): readonly string[] {
  const accepted = mustAccept.length === 0 ? [] : ['--accept', mustAccept.join(',')];
  return ['--digest', shortDigest, '--confirm', isPlain(confirm) ? `'${confirm}'` : "'…'", ...accepted];
}

/** Whether a name is no more than a name between single quotes, in every shell, and no address to a mail program. */
function isPlain(name: string): boolean {
  return /^[\p{L}\p{N} ._/()+,:@=#-]{1,120}$/u.test(name) && harmless(name, name.length + 1) === name;
}
