import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/sha256.ts';
import { firstRegionOf } from './simulated-region.ts';

/** A chain of SCPs as AWS's simulator gets it: the texts at each level, root first, and the account below. */
export interface Simulation {
  readonly id: string;
  readonly levels: readonly (readonly string[])[];
  readonly accountId: string;
  /** Context keys of the simulated request. */
  readonly context: Readonly<Record<string, string>>;
  /** Who asks, with his policies, where these decide as well; absent: the SCPs alone decide. */
  readonly principal?: SimulatedPrincipal;
}

/** A user or role, and the texts of all policies that grant him something. */
export interface SimulatedPrincipal {
  readonly arn: string;
  readonly policies: readonly string[];
}

/** What AWS said of a chain: whether each action is allowed, or why it said nothing. */
export type Simulated =
  | { readonly allowed: Readonly<Record<string, boolean>> }
  | { readonly failure: string };

/** What AWS said, by the id of the simulation. */
export type SimulatedChains = ReadonlyMap<string, Simulated>;

/** Who and where the simulated request comes from, as far as it is known. */
export interface RequestFacts {
  readonly partition?: string | undefined;
  readonly organizationId?: string | null | undefined;
  readonly region?: string;
}

/** A simulation with its id: the same texts for the same request are asked once. */
export function simulationOf(
  levels: Simulation['levels'],
  accountId: string,
  facts: RequestFacts = {},
  principal?: SimulatedPrincipal,
): Simulation {
  const context = contextOf(accountId, facts, principal?.arn);
  const asked = principal === undefined ? [] : [principal.policies];
  return {
    id: sha256(canonicalJson([levels, context, ...asked])),
    levels,
    accountId,
    context,
    ...(principal && { principal }),
  };
}

/** What is said of the simulated request, beside the action: somebody without any exemption, unless told otherwise in the first Region of the partition. */
export function contextOf(
  accountId: string,
  { organizationId, partition = 'aws', region = firstRegionOf(partition) }: RequestFacts = {},
  principalArn = `arn:${partition}:iam::${accountId}:role/second-judge-of-access-reviews`,
): Readonly<Record<string, string>> {
  return {
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalArn': principalArn,
    'aws:RequestedRegion': region,
    ...(organizationId ? { 'aws:PrincipalOrgID': organizationId } : {}),
  };
}
