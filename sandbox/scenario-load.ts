import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Scenario, ScenarioError } from './scenario.ts';
import { checkScenario } from './scenario-check.ts';

const scenarioFolder = fileURLToPath(new URL('./scenarios/', import.meta.url));

/** The names of the scenarios that come with the sandbox. */
export const scenarioNames = (): readonly string[] =>
  readdirSync(scenarioFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();

/** Scenarios that no file holds: the command of the sandbox makes them. */
const isMade = (name: string): boolean => name === 'bank' || name === 'large';

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Reads a scenario by name (a file of `scenarios/`) or by path; a ScenarioError names the file and the JSON path of a fault. */
export const loadScenario = (nameOrPath: string): Scenario => {
  const isPath = nameOrPath.includes('/') || nameOrPath.includes('\\') || nameOrPath.endsWith('.json');
  const file = isPath ? resolve(nameOrPath) : join(scenarioFolder, `${nameOrPath}.json`);
  if (!isPath && !scenarioNames().includes(nameOrPath)) {
    throw new ScenarioError(
      isMade(nameOrPath)
        ? `scenario ${nameOrPath} is made from a seed by the sandbox alone: npm run sandbox -- --scenario ${nameOrPath}, and set the variables that it prints`
        : `no scenario is named ${nameOrPath}; known: ${scenarioNames().join(', ')}, or give the path of a file`,
    );
  }
  let value: unknown;
  try {
    // Editors of Windows put a byte order mark in front.
    value = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ScenarioError(`cannot read the scenario ${file}: ${reason(error)}`);
  }
  try {
    return checkScenario(value);
  } catch (error) {
    throw new ScenarioError(`the scenario ${file} is not usable: ${reason(error)}`);
  }
};
