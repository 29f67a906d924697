import { canonicalJson, type Json } from './canonical-json.ts';
import type { Configuration } from './configuration.ts';
import { sha256 } from './sha256.ts';

/** The variable of a deployed function that tells with which configuration it was packaged. */
export const configurationVariable = 'CONFIGURATION_DIGEST';

/** What is the same for two files that say the same, defaults filled in: the first 16 hex digits of a SHA-256. It tells nothing of what they say. */
export function configurationDigest(configuration: Configuration): string {
  return sha256(canonicalJson(configuration as unknown as Json)).slice(0, 16);
}
