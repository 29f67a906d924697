import { expect, test } from '@jest/globals';
import { AwsRefusal } from '../../adapters/aws/refusal.ts';
import { askAboutAccount } from '../../flow/ask-sources.ts';

test('a simulator that refused once is asked nothing more: each question might wait as long', async () => {
  let calls = 0;
  const simulator = {
    allowed: async () => {
      calls += 1;
      throw new AwsRefusal({
        ...{
          operation: 'SimulateCustomPolicy',
          code: 'Throttling',
          said: 'Rate exceeded',
          kind: 'throttled',
        },
      });
    },
  };
  const question = (id: string) => ({
    type: 'simulate' as const,
    actions: ['lex:GetBot'],
    simulations: [{ id, accountId: '222222222222', levels: [['{}']], context: {} }],
  });
  const ports = { simulator } as unknown as Parameters<typeof askAboutAccount>[0];
  const { simulated } = await askAboutAccount(ports, [question('one'), question('two'), question('three')]);
  expect(calls).toBe(1);
  expect([...(simulated?.values() ?? [])]).toHaveLength(3);
  for (const told of simulated?.values() ?? [])
    expect(told).toEqual({ failure: expect.stringContaining('Rate') });
});
