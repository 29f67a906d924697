import type { ChangeContent } from '../../change/content/change.ts';
import { oneLine, wrap, wrapAsIs } from './plain-text.ts';

/** The lines of a mail that lead to the page, or none. `action` is what the link is for. */
export function linkLines(
  action: string | null,
  url: string | null,
  email: string,
  changeId: string,
): readonly string[] {
  if (url === null || action === null) return [];
  return [
    `${action.toUpperCase()} (opens a page; opening it changes nothing):`,
    url,
    '',
    ...wrapAsIs(
      `This link is personal to ${oneLine(email, 200)}. Do not forward this mail: AWS's unsubscribe link below works for anyone who has it.`,
      '',
      '',
    ),
    'With AWS credentials instead, in a checkout of this reviewer:',
    `npx --no -- oar changes show ${changeId}`,
    '',
  ];
}

/** The commands stand whole on their lines, so that they can be copied. */
export function commandLines(action: string | null, commands: readonly string[]): readonly string[] {
  if (commands.length === 0 || action === null) return [];
  return [
    ...wrap(`${action.toUpperCase()} with AWS credentials of your own (there is no page):`, '', ''),
    ...commands,
    '',
  ];
}

/** What whoever was denied types, with AWS credentials of his own. */
export function askBackCommand({ id, services }: Pick<ChangeContent, 'id' | 'services'>): string {
  const [first] = services;
  return `npx --no -- oar request-back ${id} --services ${services.length === 1 ? first : '…'} --reason '…'`;
}
