import type { Caller } from '../adapters/ports.ts';
import { type Configuration, parseConfiguration } from '../core/base/configuration.ts';
import { reachesNobody, wrongAccount } from '../core/base/configured-reach.ts';
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

/**
 * Refuses a stored review with credentials of another account than the file is for. In deployed functions, also one that
 * would propose what nobody hears of; on one machine whoever runs it reads the result. Throws with each key, or
 * `AwsRefusal`.
 */
export async function requireStoring(
  configuration: Configuration,
  { caller, inLambda }: { readonly caller: Pick<Caller, 'identity'>; readonly inLambda: boolean },
): Promise<void> {
  const problems = [
    ...(inLambda ? reachesNobody(configuration) : []),
    ...(configuration.account === null
      ? []
      : wrongAccount(configuration, (await caller.identity()).accountId)),
  ];
  if (problems.length > 0)
    throw new Error(problems.map((problem) => `reviewer.config.json: ${problem}`).join('\n'));
}
