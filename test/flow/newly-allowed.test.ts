import { expect, test } from '@jest/globals';
import { development, developmentAndElsewhere } from './organization.ts';
import { takeSnapshot } from './snapshot.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

/** A scenario as far as a test adds accounts to it. */
interface Mutable {
  readonly root: { readonly children: readonly { readonly children: object[] }[] };
  readonly policies: readonly { readonly targets: string[] }[];
}

test('what somebody allows again is held for the threshold, told with the reason, and drafted after it', async () => {
  const { advance, eventsOf, review, sandbox } = await open();
  const denial = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
  sandbox.world.policies.set('p-denial0000', {
    ...{ id: 'p-denial0000', name: 'Denial', description: '', content: denial, version: 1 },
    ...{ awsManaged: false, targets: new Set([development]) },
  });
  /** What a review some days later says of Lex, and what becomes of it. */
  const after = async (days: number) => {
    advance(days * 86_400);
    const { run } = await review();
    const lex = run.result.findings.find(({ serviceNamespace }) => serviceNamespace === 'lex');
    const told = lex === undefined ? ['none'] : [lex.status, lex.reason, lex.outcome];
    return told.filter((each) => each !== undefined).join(' ');
  };
  expect(await after(0)).toBe('none');
  sandbox.world.policies.delete('p-denial0000');
  expect(await after(7)).toBe('held NEWLY_ALLOWED held');
  expect(JSON.stringify(eventsOf('Unused Services Found'))).toContain('"reason":"NEWLY_ALLOWED"');
  expect(await after(7)).toBe('held NEWLY_ALLOWED held');
  expect(await after(172)).toBe('held NEWLY_ALLOWED held');
  // The change for DMS of the first review waits, so what comes to the same SCP comes later.
  expect(await after(3)).toBe('open deferred');
}, 60_000);

test('a first review knows nothing of before, and leaves what SCPs keep accounts out of', async () => {
  const { ports, review } = await open();
  const { run } = await review();
  expect(run.result.findings.map(({ status }) => status)).not.toContain('held');
  expect([...(await ports.stores.evidence.load('o-exampleorg1')).allowed.keys()]).toEqual([
    '222222222222',
    '222222222223',
  ]);
});

test('what somebody lets in while an approval cools voids it, and so does a season that a review saw meanwhile', async () => {
  const story = await open();
  const { policies } = story.sandbox.world;
  const denial = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
  policies.set('p-denial0000', {
    ...{ id: 'p-denial0000', name: 'Denial', description: '', content: denial, version: 1 },
    ...{ awsManaged: false, targets: new Set(['222222222223']) },
  });
  const id = await story.approved();
  const { restore } = await takeSnapshot(story);
  const shown = (await story.ports.stores.changes.load(id))?.record.content;
  expect(shown?.services).toEqual(['dms', 'lex']);
  policies.delete('p-denial0000');
  expect(await story.outcome(id)).toBe('superseded');
  expect(await story.reason(id)).toEqual({
    code: 'PROOF_FAILED',
    detail: expect.stringMatching(
      /^observation-period: SCPs let 222222222223 use lex only since \d{4}-\d\d-\d\d: before, nobody/,
    ),
  });
  await restore();
  const today = Math.floor(story.ports.clock.now() / 86_400_000);
  const span = (daysAgo: number) => {
    const on = today - daysAgo;
    return { first: on, last: on, quietUntil: on + 100, accountId: '222222222222', alone: true };
  };
  const seen = new Map([['lex', new Map([[development, [span(578), span(213)]]])]]);
  await story.ports.stores.seasons.change('o-exampleorg1', ['lex'], () => ({ seen, services: ['lex'] }));
  expect(await story.outcome(id)).toBe('superseded');
  expect((await story.reason(id))?.detail).toMatch(/^observation-period: lex at .*every 365 days/);
}, 60_000);

test('what somebody lets in while an approval cools voids it also where people were shown another account let in', async () => {
  // Read anew, so that it may be changed.
  const scenario = structuredClone(developmentAndElsewhere) as unknown as Mutable;
  const more = ['222222222224', '222222222225', '222222222226'];
  for (const account of more)
    scenario.root.children[0]?.children.push({
      ...{ account, name: `dev-${account}`, joined: '2023-01-05', usage: { s3: { daysAgo: 1 } } },
    });
  scenario.policies[2]?.targets.push(...more);
  const story = await open({ scenario: scenario as never });
  const { policies } = story.sandbox.world;
  const { clock, stores } = story.ports;
  const since = new Map([['lex', clock.now() - 20 * 86_400_000]]);
  const allowed = new Map([['222222222223', { services: new Set<string>(), since }]]);
  await stores.evidence.change('o-exampleorg1', (memory) => ({ ...memory, allowed }));
  const content = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
  policies.set('p-denial0000', {
    ...{ id: 'p-denial0000', name: 'Denial', description: '', content, version: 1 },
    ...{ awsManaged: false, targets: new Set(['222222222224']) },
  });
  const id = await story.approved();
  const { restore } = await takeSnapshot(story);
  const shown = (await stores.changes.load(id))?.record.content;
  expect(shown?.certificate.checks.find(({ name }) => name === 'observation-period')).toMatchObject({
    ...{ verdict: 'not-proven', detail: expect.stringMatching(/^SCPs let 222222222223 use lex only since/) },
  });
  expect(await story.outcome(id)).toBe('applied');
  await restore();
  policies.delete('p-denial0000');
  expect(await story.outcome(id)).toBe('superseded');
  expect(await story.reason(id)).toEqual({
    code: 'PROOF_WEAKER',
    detail: expect.stringMatching(
      /^observation-period: SCPs let 222222222224 use lex only since .*not shown/,
    ),
  });
}, 60_000);
