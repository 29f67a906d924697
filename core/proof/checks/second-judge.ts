import { globMatches } from '../../base/matching.ts';
import type { PolicyDocument } from '../../policy/document.ts';
import { contextOf } from '../../policy/simulation.ts';
import { allowedWhole, standingOf } from '../../policy/standing.ts';
import { chainsToSimulate, type JudgedChain } from '../simulations.ts';
import {
  type Check,
  counted,
  fails,
  holds,
  list,
  notProven,
  type Outcome,
  type ProofSubject,
} from '../subject.ts';

/** What our evaluator says of an action under a chain, where it can say it for certain of the simulated request; `depends`: on conditions or resources. */
export type Claim = 'allowed' | 'denied' | 'depends';

/** How a service stands under levels of SCPs: what every other check rests on. */
type Evaluator = typeof standingOf;

/**
 * AWS's own simulator says the same as an evaluator of ours.
 * @internal Tests plant a fault in the evaluator.
 */
export function judgedWith(evaluate: Evaluator, subject: ProofSubject): Outcome {
  if (!subject.configuration.sources.simulate)
    return notProven('sources.simulate is off: nobody but this product judged the texts');
  const { simulated = new Map() } = subject;
  const { chains, left } = chainsToSimulate(subject);
  const disagreements: string[] = [];
  const silent = new Set<string>();
  let unasked = left;
  let compared = 0;
  for (const chain of chains) {
    const [before, after] = [simulated.get(chain.before.id), simulated.get(chain.after.id)];
    if (!before || !after) {
      unasked += 1;
      continue;
    }
    if ('failure' in before || 'failure' in after) {
      silent.add('failure' in before ? before.failure : 'failure' in after ? after.failure : '');
      continue;
    }
    const actions = Object.keys(after.allowed).filter((action) => action in before.allowed);
    const missing = subject.edit.services.filter(
      (service) => !actions.some((action) => action.startsWith(`${service}:`)),
    );
    if (missing.length > 0) silent.add(`no action of ${list(missing)} was simulated`);
    compared += actions.length;
    for (const action of actions) {
      const theirs = [before.allowed[action] === true, after.allowed[action] === true] as const;
      const why = disagreement(evaluate, subject, chain, action, theirs);
      if (why !== null) disagreements.push(why);
    }
  }
  if (disagreements.length > 0) return fails(list(disagreements, 3));
  if (silent.size > 0) return notProven(`AWS's simulator did not tell: ${list([...silent], 2)}`);
  if (unasked > 0)
    return notProven(
      `${counted(unasked, 'distinct chain')} of SCPs of ${chains.length + left} could not be simulated, or not within sources.simulatedCalls`,
    );
  return holds(
    `AWS's simulator says the same of ${counted(compared, 'action')} under ${counted(chains.length, 'distinct chain')} of SCPs, before and after the edit`,
  );
}

/** AWS's own simulator says the same of a sample of actions, before and after the edit, under every distinct chain of SCPs. */
export const secondJudge: Check = {
  name: 'second-judge',
  check: (subject) => judgedWith(standingOf, subject),
};

function disagreement(
  evaluate: Evaluator,
  { partition, tree }: ProofSubject,
  { accounts, after, documents }: JudgedChain,
  action: string,
  [allowedBefore, allowedAfter]: readonly [boolean, boolean],
): string | null {
  const principal = contextOf(after.accountId, partition)['aws:PrincipalArn'] ?? '';
  const [before, afterwards] = [documents.before, documents.after].map((levels) =>
    claimOf(evaluate, levels, action, principal),
  );
  const word = (allowed: boolean): string => (allowed ? 'allowed' : 'denied');
  const isAgreed = (claim: Claim | undefined, allowed: boolean): boolean =>
    claim === 'depends' || claim === word(allowed);
  // Where it depends on a condition, the edit may change nothing: then both must say the same before and after.
  const staysOpen = before === 'depends' && afterwards === 'depends';
  const isSame = !staysOpen || allowedBefore === allowedAfter;
  if (isAgreed(before, allowedBefore) && isAgreed(afterwards, allowedAfter) && isSame) return null;
  const account = tree.accounts[accounts[0] ?? -1];
  return (
    `${action} in ${account?.name ?? ''} (${after.accountId})${accounts.length > 1 ? ` and ${accounts.length - 1} more` : ''}: ` +
    `we say ${before} before and ${afterwards} after, AWS says ${word(allowedBefore)} and ${word(allowedAfter)}`
  );
}

/** What an evaluator says of one action for a principal under levels of SCPs. The laws in test/laws hold it against a simulator. */
export function claimOf(
  evaluate: Evaluator,
  levels: readonly (readonly PolicyDocument[])[],
  action: string,
  principalArn: string,
): Claim {
  const namespace = action.slice(0, action.indexOf(':'));
  const { denial, listed } = evaluate(levels, namespace);
  if (denial === 'whole') return 'denied';
  if (denial === 'principals-exempt') return mayBeExempt(levels, principalArn) ? 'depends' : 'denied';
  // Not denied whole and not listed: some level allows nothing of the service.
  if (!listed) return 'denied';
  return denial === 'none' && allowedWhole(levels, namespace) ? 'allowed' : 'depends';
}

function mayBeExempt(levels: readonly (readonly PolicyDocument[])[], principalArn: string): boolean {
  return levels
    .flat()
    .some(({ statements }) =>
      statements.some(({ condition, effect }) =>
        Object.values(effect === 'Deny' ? (condition ?? {}) : {}).some((keys) =>
          Object.entries(keys).some(
            ([key, values]) =>
              key.toLowerCase() === 'aws:principalarn' &&
              values.some((value) => value.includes('${') || globMatches(value, principalArn)),
          ),
        ),
      ),
    );
}
