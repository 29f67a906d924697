import { type Configuration, parseConfiguration } from '../core/base/configuration.ts';
import { reachesNobody } from '../core/base/configured-reach.ts';
import file from '../reviewer.config.json' with { type: 'json' };

/** The configuration of this installation: `reviewer.config.json`, bundled with each function. Throws with the key that is wrong. */
export function loadConfiguration(): Configuration {
  return configurationFrom(file, 'reviewer.config.json');
}

/** A configuration from parsed JSON. Throws with the source and the key that is wrong. */
export function configurationFrom(input: unknown, source: string): Configuration {
  const parsed = parseConfiguration(input);
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.reasons.map((reason) => `${source}: ${reason.detail}`).join('\n'));
}

/** Refuses a review that would propose what nobody hears of: deployed functions alone, since on one machine whoever runs it reads the result. Throws with each key. */
export function requireReach(configuration: Configuration, inLambda: boolean): void {
  const problems = inLambda ? reachesNobody(configuration) : [];
  if (problems.length > 0)
    throw new Error(problems.map((problem) => `reviewer.config.json: ${problem}`).join('\n'));
}
