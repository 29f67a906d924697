import { expect, test } from '@jest/globals';
import { reviewAndPublish } from '../../flow/publish.ts';
import { development } from './organization.ts';
import { anaSession, storyConfiguration } from './ports.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

test('a rejected service rests on, also when another one is proposed for the same SCP meanwhile', async () => {
  const story = await open();
  const exemption = { entity: development, service: 'dms', owner: 'ana', until: '2030-01-01' };
  const first = storyConfiguration({ exemptions: [{ ...exemption, reason: 'a migration' }] });
  const review = async (configuration = story.configuration) => {
    const { run } = await reviewAndPublish(story.ports, { scope: development }, configuration, {
      startedBy: { type: 'schedule' },
    });
    story.advance(3_600);
    return run.decision.changes.map(({ services }) => services);
  };
  expect(await review(first)).toEqual([['lex']]);
  for (const next of [[['dms']], []]) {
    const [change] = await story.ports.stores.changes.listByStatus(['proposed']);
    const { digest } = (await story.load(change?.id ?? '')).record.content;
    const { refusals } = await story.ask(
      change?.id ?? '',
      { principalArn: anaSession },
      { purpose: 'decide', decision: 'reject', digest, confirm: 'Development', reason: 'a team needs it' },
    );
    expect(refusals).toEqual([]);
    expect(await review()).toEqual(next);
  }
}, 60_000);
