import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { createCaller } from '../../adapters/aws/caller.ts';
import { createStsClient } from '../../adapters/aws/clients.ts';
import { createMeter } from '../../adapters/aws/meter.ts';
import { systemClock } from '../../adapters/clock.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { deploymentProblems } from '../../core/base/configured-reach.ts';
import { requireStoring } from '../../flow/configuration.ts';
import { handler as review } from '../../handlers/review.ts';
import { handler as scheduledReview } from '../../handlers/scheduled-review.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { pointAt } from '../adapters/environment.ts';
import refusals from '../cases/packaging/deploy-refusals.json' with { type: 'json' };

let restore = (): void => undefined;
afterEach(() => restore());

function parsed(input: unknown) {
  const found = parseConfiguration(input);
  if (!found.ok) throw new Error(found.reasons[0].detail);
  return found.value;
}

describe('what would reach nobody when it is deployed', () => {
  const place = { accountId: '111111111111', region: 'us-east-1' };

  test.each(refusals)('$name', ({ configuration, problem }) => {
    const said = deploymentProblems(parsed(configuration), place).map(
      (detail) => `reviewer.config.json: ${detail}`,
    );
    expect(said.join('\n')).toContain(problem);
  });

  test('is nothing where only findings are made', () => {
    expect(deploymentProblems(parsed({ mode: 'observe' }), place)).toEqual([]);
  });
});

describe('a stored review of a deployed function', () => {
  // The configuration that is bundled names nobody.
  test.each([
    ['review', () => review({})],
    ['scheduledReview', () => scheduledReview({})],
  ])('is refused by %s before anything is asked of AWS, with each key', async (_name, run) => {
    restore = pointAt('http://127.0.0.1:9', {
      ...{ AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', LOG_LEVEL: 'silent' },
      ...{ TABLE_NAME: 'reach', BUS_NAME: 'reach', TOPIC_NAME: 'reach' },
    });
    await expect(run()).rejects.toThrow(/approvers: nobody could approve[\s\S]*operators: nobody would hear/);
  });

  const sandbox = startSandbox({ scenario: 'empty-ou', fast: true });
  const caller = {
    identity: async () => {
      restore = pointAt((await sandbox).endpoint);
      return createCaller(createStsClient(createMeter(systemClock))).identity();
    },
  };
  afterAll(async () => (await sandbox).close());

  test('goes on where nothing is proposed, and on one machine', async () => {
    await requireStoring(parsed({ mode: 'observe' }), { caller, inLambda: true });
    await requireStoring(parsed({}), { caller, inLambda: false });
  });

  test('is refused with credentials of another account than the file is for, deployed and on one machine', async () => {
    const ofAnother = parsed({ mode: 'observe', account: '222222222222' });
    for (const inLambda of [true, false])
      await expect(requireStoring(ofAnother, { caller, inLambda })).rejects.toThrow(
        'reviewer.config.json: account: the file is for 222222222222, and these credentials are of 111111111111',
      );
    await requireStoring(parsed({ account: '111111111111' }), { caller, inLambda: false });
  });
});
