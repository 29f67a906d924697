import { expect, test } from '@jest/globals';
import { judgesWords } from '../../core/message/risk-words.ts';

const checks = (...given: readonly (readonly [string, string])[]) => ({
  checks: given.map(([name, verdict]) => ({ name, verdict })),
});

test.each([
  ['no source is on', checks(['syntax', 'ok']), "Judged by AWS's access reports; no check is open."],
  [
    'a source that cannot be read is no judge',
    checks(['regions', 'not-proven'], ['second-judge', 'ok']),
    "Judged by AWS's access reports and AWS's policy simulator; not proven: regions.",
  ],
  [
    'all sources spoke',
    checks(
      ['regions', 'ok'],
      ['no-running-resources', 'ok'],
      ['second-judge', 'ok'],
      ['replay', 'ok'],
      ['no-moved-accounts', 'not-proven'],
    ),
    "Judged by AWS's access reports, AWS's policy simulator, the Regions that accounts may use, what accounts pay and the calls in the organization's trail; not proven: no moved accounts.",
  ],
])('%s', (_, certificate, words) => {
  expect(judgesWords(certificate)).toBe(words);
});
