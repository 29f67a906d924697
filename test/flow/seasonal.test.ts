import { expect, test } from '@jest/globals';
import type { UseSpan } from '../../core/finding/season.ts';
import { development } from './organization.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const dayMilliseconds = 86_400_000;

test('a review remembers what reports show, and holds what comes back', async () => {
  const { ports, review, sandbox } = await open();
  const { seasons } = ports.stores;
  const { organizationId } = sandbox.world;
  const first = await review();
  expect(first.run.decision.changes[0]?.services).toEqual(['dms', 'lex']);
  const seen = await seasons.load(organizationId);
  const lex = seen.get('lex')?.get(development);
  expect(lex).toHaveLength(1);
  const last = lex?.[0] as UseSpan;
  expect(last.accountId).toMatch(/^\d{12}$/);
  expect(Math.floor(ports.clock.now() / dayMilliseconds) - last.last).toBeGreaterThan(180);

  // A year before, reports showed a use and quiet months after it: then AWS forgot.
  const yearBefore = { ...last, first: last.first - 365, last: last.last - 365, quietUntil: last.last - 200 };
  await seasons.save(organizationId, new Map([['lex', new Map([[development, [yearBefore, last]]])]]), [
    'lex',
  ]);
  const second = await review();
  const held = second.run.result.findings.find(({ serviceNamespace }) => serviceNamespace === 'lex');
  expect(held).toMatchObject({ status: 'held', reason: 'SEASONAL' });
  expect(second.run.decision.changes[0]?.services).toEqual(['dms']);
  // What was proposed of it before is taken out, and people are told.
  const [id = ''] = second.publication.changed;
  expect((await ports.stores.changes.load(id))?.record).toMatchObject({
    revision: 2,
    content: { services: ['dms'] },
  });
});
