import { afterEach, describe, expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { deploymentProblems } from '../../core/base/configured-reach.ts';
import { requireReach } from '../../flow/configuration.ts';
import { handler as review } from '../../handlers/review.ts';
import { handler as scheduledReview } from '../../handlers/scheduled-review.ts';
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

  test('goes on where nothing is proposed, and on one machine', () => {
    expect(() => requireReach(parsed({ mode: 'observe' }), true)).not.toThrow();
    expect(() => requireReach(parsed({}), false)).not.toThrow();
  });
});
