import { expect, test } from '@jest/globals';
import { wireReview } from '../../adapters/wire.ts';
import { reviewDue } from '../../flow/review-due.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';
import { twoUnits } from './two-units.ts';

const open = storyOfTest();
/** The time of an invocation, in milliseconds. */
const lifetime = 60_000;

type Wired = ReturnType<typeof wireReview>;

/** One invocation, in which each call of the sources comes late by so many milliseconds. */
function invoke(own: Story, late: number) {
  const wired = wireReview({ milliseconds: lifetime });
  const lately =
    <Input extends readonly unknown[], Answer>(call: (...input: Input) => Promise<Answer>) =>
    async (...input: Input): Promise<Answer> => {
      await wired.clock.wait(late);
      return call(...input);
    };
  const regions: Wired['regions'] = { enabledRegions: lately(wired.regions.enabledRegions) };
  const spending: Wired['spending'] = { spendOf: lately(wired.spending.spendOf) };
  const simulator: Wired['simulator'] = { ...wired.simulator, allowed: lately(wired.simulator.allowed) };
  const ports = { ...own.ports, ...wired, regions, spending, simulator };
  const endsAt = wired.clock.now() + lifetime;
  const options = { invocationId: 'one', reviewId: 'rev-1', mayContinue: true, endsAt };
  return reviewDue(ports, {}, { type: 'schedule' }, own.configuration, options);
}

test.each([
  ['regions', 'regions', { regions: true }],
  ['cost', 'no-running-resources', { cost: true }],
  ['simulate', 'second-judge', { simulate: true }],
] as const)(
  'the time of an invocation is no answer of the source %s: the next one asks it',
  async (_, check, sources) => {
    const own = await open({ scenario: twoUnits, configuration: { depth: 'account', sources } });
    expect(await invoke(own, lifetime)).toMatchObject({ continuing: { reviewId: 'rev-1' } });
    const ran = await invoke(own, 0);
    if (!('run' in ran)) throw new Error('it goes on');
    const { changes, status } = ran.run.result;
    const checks = changes
      .flatMap(({ certificate }) => certificate.checks)
      .filter(({ name }) => name === check);
    expect(checks.length).toBeGreaterThan(0);
    expect(checks.map(({ detail }) => detail).join()).not.toContain('OUT_OF_TIME');
    expect(status).toBe('completed');
  },
);
