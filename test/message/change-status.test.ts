import { expect, test } from '@jest/globals';
import { lived } from '../change/lives.ts';
import { content, proposal } from '../change/samples.ts';
import { viewOf } from './sample-view.ts';

const exemptions = [{ principals: ['arn:aws:iam::222222222222:role/Bot'], services: ['lex'], of: 'chg-1' }];

test.each([
  ['of a denial the next review proposes it again', {}, 'the next review proposes again what still holds'],
  [
    'what is asked back no review proposes by itself',
    { intent: 'give-back', exemptions },
    'what is still needed has to be asked back again',
  ],
] as const)('superseded: %s', (_, replaced, words) => {
  const reason = { code: 'TEXT_CHANGED', detail: 'the SCP was edited' };
  const record = lived(proposal(content(replaced)), [{ type: 'superseded', reason }]);
  expect(viewOf(record).statusSentence).toContain(words);
});
