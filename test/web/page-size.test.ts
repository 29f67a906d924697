import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { benchConfiguration, proposedTo } from '../../bench/approval-page.ts';
import { asOf, largeChange } from '../../bench/large-change.ts';
import { changeAnswer } from '../../web/change-answer.ts';

const kilobyte = 1_024;

test('a page of 500 services and 5,000 accounts stays small, its first screen within the first packets', () => {
  const { stored, token } = proposedTo('ana', largeChange('chg-00000000be01', 500, 5_000), asOf);
  const clock = { now: () => asOf, wait: async () => undefined };
  const page = changeAnswer({ configuration: benchConfiguration(), clock }, stored, token);
  expect(page).toContain('<form');
  expect(gzipSync(page).length).toBeLessThan(200 * kilobyte);
  // Ten segments, which a server sends before the first answer comes back (RFC 6928); not compressed, as the function answers.
  const first = page.slice(0, page.indexOf('</header>'));
  expect(first).toContain('href="#decision-approve"');
  expect(first.length).toBeLessThan(14 * kilobyte);
});
