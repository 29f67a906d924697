import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/sha256.ts';

/** A chain of SCPs as AWS's simulator gets it: the texts at each level, root first, and the account below. */
export interface Simulation {
  readonly id: string;
  readonly levels: readonly (readonly string[])[];
  readonly accountId: string;
}

/** What AWS said of a chain: whether its SCPs allow each action, or why it said nothing. */
export type Simulated =
  | { readonly allowed: Readonly<Record<string, boolean>> }
  | { readonly failure: string };

/** What AWS said, by the id of the simulation. */
export type SimulatedChains = ReadonlyMap<string, Simulated>;

/** A simulation with its id: the same texts for the same account are asked once. */
export function simulationOf(levels: Simulation['levels'], accountId: string): Simulation {
  return { id: sha256(canonicalJson([accountId, levels])), levels, accountId };
}

/** What is said of the simulated request, beside the action: somebody without any exemption, in the Region that every account has. */
export function contextOf(accountId: string, partition = 'aws'): Readonly<Record<string, string>> {
  return {
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalArn': `arn:${partition}:iam::${accountId}:role/second-judge-of-access-reviews`,
    'aws:RequestedRegion': 'us-east-1',
  };
}
