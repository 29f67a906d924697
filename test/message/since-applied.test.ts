import { expect, test } from '@jest/globals';
import type { EventBody } from '../../core/change/life/events.ts';
import { changeMail } from '../../core/message/mails/change-mail.ts';
import { changeView } from '../../core/message/views/change-view.ts';
import { bodiesUntil, lived } from '../change/lives.ts';
import { content, day, proposal, start } from '../change/samples.ts';
import { peopleConfiguration } from './sample-view.ts';

const came = (how: 'attached' | 'moved', accountId: string): EventBody => ({
  ...{ type: 'came-under-denial', accountId, accountName: how, how },
  ...{ used: [{ serviceNamespace: 'lex', lastAccessedAt: start }], unknown: [] },
});
const moved = came('moved', '555555555555');
const attached = came('attached', '666666666666');
const give = "ask for it back (npx --no -- oar changes give-back chg-7d29b0c4a1e5 --services … --reason '…')";
const id = content().id;

test.each([
  ['an account that moved in', [moved], 1, 'roll back'],
  ['an attachment elsewhere: what was proved stands without it', [attached], 1, 'detach the SCP there'],
  ['both', [moved, attached], 1, 'detach the SCP there, or roll back'],
  ['once the time to roll back is over', [moved], 91, give.replace('chg-7d29b0c4a1e5', id)],
] as const)('what to do about %s', (_, events, days, way) => {
  const record = lived(proposal(content()), [...bodiesUntil('applied'), ...events]);
  const view = changeView(record, { now: start + days * day, configuration: peopleConfiguration() });
  expect(view.statusSentence).toContain(`: ${way} if that is meant to work there.`);
  expect(view.statusSentence.includes('only a give-back or a new edit of the SCP')).toBe(days > 90);
});

test('a mail with a link to ask services back says so', () => {
  const record = lived(proposal(content()), [...bodiesUntil('applied'), moved]);
  const view = changeView(record, { now: start + 91 * day, configuration: peopleConfiguration() });
  const link = { purpose: 'request-back' } as const;
  const to = { name: 'Ana', email: 'ana@example.com' };
  const { text } = changeMail({ kind: 'came-under', view, to, url: 'https://example.com/x', link });
  expect(text).toContain('ASK FOR IT BACK (opens a page');
  expect(text).not.toContain('ROLL BACK (opens');
});
