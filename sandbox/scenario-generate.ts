import type { Scenario, ScenarioAccount, ScenarioUnit } from './scenario.ts';

/** Id of the generated account with this number, from 1: `700000000001`. */
const generatedAccountId = (number: number): string => `7${String(number).padStart(11, '0')}`;

/** The scenario with its generated accounts written out; itself where it generates none. */
export const writtenOut = (scenario: Scenario): Scenario => {
  const { generate } = scenario;
  if (generate === undefined) return scenario;
  const numbers = Array.from({ length: generate.accounts }, (_none, index) => index + 1);
  const accounts = numbers.map(
    (number): ScenarioAccount => ({
      account: generatedAccountId(number),
      name: `account-${String(number).padStart(5, '0')}`,
      ...(generate.usage === undefined ? {} : { usage: generate.usage }),
    }),
  );
  const unit: ScenarioUnit = { ou: generate.ou, name: 'Generated', children: accounts };
  const { identities } = generate;
  return {
    ...scenario,
    root: { ...scenario.root, children: [...(scenario.root.children ?? []), unit] },
    identities: {
      ...scenario.identities,
      ...(identities === undefined
        ? {}
        : Object.fromEntries(numbers.map((number) => [generatedAccountId(number), identities]))),
    },
  };
};
