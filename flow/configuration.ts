import { type Configuration, parseConfiguration } from '../core/base/configuration.ts';
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
