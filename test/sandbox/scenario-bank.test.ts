import { describe, expect, test } from '@jest/globals';
import { ScenarioError } from '../../sandbox/scenario.ts';
import { bankScenario } from '../../sandbox/scenario-bank.ts';
import { checkScenario } from '../../sandbox/scenario-check.ts';
import { createWorld } from '../../sandbox/world.ts';

describe('the bank', () => {
  test('is the same for the same seed, and a scenario that the sandbox takes', () => {
    expect(bankScenario({ seed: 1 })).toEqual(bankScenario({ seed: 1 }));
    expect(bankScenario({ seed: 1 })).not.toEqual(bankScenario({ seed: 2 }));
    expect(() => checkScenario(JSON.parse(JSON.stringify(bankScenario({ seed: 1 }))))).not.toThrow();
    expect(() => bankScenario({ seed: 0.5 })).toThrow(ScenarioError);
  });

  test('has 40 OUs whose names repeat, 140 accounts, an OU without any and one whose accounts are all suspended', () => {
    const world = createWorld(bankScenario({ seed: 1 }));
    const entities = [...world.entities.values()];
    const units = entities.filter(({ type }) => type === 'ORGANIZATIONAL_UNIT');
    expect(units).toHaveLength(40);
    expect(units.filter(({ name }) => name === 'Production')).toHaveLength(8);
    // With the management account.
    expect(entities.filter(({ type }) => type === 'ACCOUNT')).toHaveLength(141);
    const accounts = [...world.accounts.values()];
    const statesIn = (id: string) => accounts.filter(({ parent }) => parent === id).map(({ state }) => state);
    expect(statesIn('ou-ba01-l7s3unit0')).toEqual([]);
    expect(new Set(statesIn('ou-ba01-l6s3unit0'))).toEqual(new Set(['SUSPENDED']));
  });
});
