import { list } from '../base/counted.ts';
import type { Simulated, SimulatedChains, Simulation } from '../policy/simulation.ts';
import { fails, holds, notProven, type Outcome } from './subject.ts';

/** What our evaluator says of an action, where it can say it for certain of the simulated request; `depends`: on conditions or resources. */
export type Claim = 'allowed' | 'denied' | 'depends';

/** What AWS's simulator said of the same texts before and after; `unasked`: of one of the two nothing; `failure`: why it did not tell. */
export type SecondOpinion =
  | { readonly allowed: readonly [before: Allowed, after: Allowed] }
  | { readonly failure: string }
  | 'unasked';

type Allowed = Extract<Simulated, { readonly allowed: unknown }>['allowed'];

/** What AWS's simulator said before and after an edit. */
export function opinionOn(
  simulated: SimulatedChains,
  judged: { readonly before: Pick<Simulation, 'id'>; readonly after: Pick<Simulation, 'id'> },
): SecondOpinion {
  const [before, after] = [simulated.get(judged.before.id), simulated.get(judged.after.id)];
  if (!before || !after) return 'unasked';
  if ('failure' in before) return before;
  return 'failure' in after ? after : { allowed: [before.allowed, after.allowed] };
}

/** What both judges say of one action before and after, in words, or null where they agree. What stays open on our side must be the same by AWS before and after. */
export function disagreementOn(
  action: string,
  claims: readonly [before: Claim, after: Claim],
  allowed: readonly [before: Allowed, after: Allowed],
): string | null {
  const [before, after] = allowed.map((each) => (each[action] === true ? 'allowed' : 'denied'));
  const [ours, oursAfter] = claims;
  const isAgreed = (claim: Claim, word: string | undefined): boolean => claim === 'depends' || claim === word;
  const isOpen = ours === 'depends' && oursAfter === 'depends';
  if (isAgreed(ours, before) && isAgreed(oursAfter, after) && (!isOpen || before === after)) return null;
  return `we say ${ours} before and ${oursAfter} after, AWS says ${before} and ${after}`;
}

/** The services of which some actions were tried and every one of them is among those that AWS denied before already: of these nothing is proven. */
export function servicesWithout(
  services: readonly string[],
  tried: readonly string[],
  deniedBefore: readonly string[],
): readonly string[] {
  return services.filter((service) => {
    const ofService = tried.filter((action) => action.startsWith(`${service}:`));
    return ofService.length > 0 && ofService.every((action) => deniedBefore.includes(action));
  });
}

/** Why the simulated request proves nothing of these services. */
export function deniedBeforeWords(services: readonly string[]): string {
  return `conditions deny every tried action of ${list(services)}, which is in use, before the edit already`;
}

/** What a comparison came to, the worst first: a disagreement, an answer that is missing, a question that was not asked. The words are whole sentences without their ends. */
export function outcomeOf(
  found: {
    readonly disagreements: readonly string[];
    readonly silent: ReadonlySet<string>;
    readonly unasked: number;
  },
  words: { readonly unasked: string; readonly agreed: string },
): Outcome {
  if (found.disagreements.length > 0) return fails(list(found.disagreements, 3));
  if (found.silent.size > 0) return notProven(`AWS's simulator did not tell: ${list([...found.silent], 2)}`);
  return found.unasked > 0 ? notProven(words.unasked) : holds(words.agreed);
}

/** The outcome where nobody configured the simulator. */
export const simulatorIsOff: Outcome = notProven(
  'sources.simulate is off: nobody but this product judged the texts',
);
