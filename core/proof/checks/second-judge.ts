import { counted, grouped, list } from '../../base/counted.ts';
import { globMatches } from '../../base/matching.ts';
import type { PolicyDocument } from '../../policy/document.ts';
import { knownActions } from '../../policy/known-actions.ts';
import { allowedWhole, standingOf } from '../../policy/standing.ts';
import {
  type Claim,
  deniedBeforeWords,
  disagreementOn,
  opinionOn,
  outcomeOf,
  servicesWithout,
  simulatorIsOff,
} from '../second-opinion.ts';
import { chainsToSimulate, type JudgedChain, servicesInUse } from '../simulations.ts';
import type { Check, Outcome, ProofSubject } from '../subject.ts';

/** How a service stands under levels of SCPs: what every other check rests on. */
type Evaluator = typeof standingOf;

/**
 * AWS's own simulator says the same as an evaluator of ours.
 * @internal Tests plant a fault in the evaluator.
 */
export function judgedWith(evaluate: Evaluator, subject: ProofSubject): Outcome {
  if (!subject.configuration.sources.simulate) return simulatorIsOff;
  const { simulated = new Map() } = subject;
  const { chains, left } = chainsToSimulate(subject);
  const disagreements: string[] = [];
  const silent = new Set<string>();
  const inUse = servicesInUse(subject).filter((service) => knownActions().has(service));
  let unasked = 0;
  let compared = 0;
  for (const chain of chains) {
    const opinion = opinionOn(simulated, chain);
    if (opinion === 'unasked') unasked += 1;
    else if ('failure' in opinion) silent.add(opinion.failure);
    else {
      const [before, after] = opinion.allowed;
      const actions = Object.keys(after).filter((action) => action in before);
      const missing = [...subject.edit.services, ...inUse].filter(
        (service) => !actions.some((action) => action.startsWith(`${service}:`)),
      );
      if (missing.length > 0) silent.add(`no action of ${list(missing)} was simulated`);
      const deniedBefore = actions.filter(
        (action) => before[action] !== true && claimsOf(evaluate, chain, action)[0] === 'depends',
      );
      const closed = servicesWithout(inUse, actions, deniedBefore);
      if (closed.length > 0) silent.add(deniedBeforeWords(closed));
      compared += actions.length - deniedBefore.length;
      for (const action of actions) {
        const why = disagreementOn(action, claimsOf(evaluate, chain, action), opinion.allowed);
        if (why !== null) disagreements.push(`${action} in ${accountsIn(subject, chain)}: ${why}`);
      }
    }
  }
  return outcomeOf(
    { disagreements, silent, unasked: unasked + left },
    {
      unasked: unaskedWords({ unasked, left, all: chains.length + left }, subject),
      agreed: `AWS's simulator says the same of ${counted(compared, 'action')} under ${counted(chains.length, 'distinct chain')} of SCPs, before and after the edit`,
    },
  );
}

/** What was not asked, and what to do about it. */
function unaskedWords(
  { all, left, unasked }: Readonly<Record<'all' | 'left' | 'unasked', number>>,
  { configuration }: ProofSubject,
): string {
  const { simulatedCalls } = configuration.sources;
  const words = [
    ...(unasked > 0
      ? [
          `${counted(unasked, 'distinct chain')} of SCPs of ${all} not simulated within sources.simulatedCalls (${grouped(simulatedCalls)}): raise it`,
        ]
      : []),
    ...(left > 0
      ? [
          `${counted(left, 'distinct chain')} of SCPs of ${all} cannot be simulated: a level has no SCP, or a text could not be read`,
        ]
      : []),
  ];
  return words.join('; ');
}

/** AWS's own simulator says the same of a sample of actions, before and after the edit, under every distinct chain of SCPs. */
export const secondJudge: Check = {
  name: 'second-judge',
  check: (subject) => judgedWith(standingOf, subject),
};

function claimsOf(
  evaluate: Evaluator,
  { after, documents }: JudgedChain,
  action: string,
): readonly [Claim, Claim] {
  const principal = after.context['aws:PrincipalArn'] ?? '';
  return [
    claimOf(evaluate, documents.before, action, principal),
    claimOf(evaluate, documents.after, action, principal),
  ];
}

function accountsIn({ tree }: ProofSubject, { accounts, after }: JudgedChain): string {
  const account = tree.accounts[accounts[0] ?? -1];
  const more = accounts.length > 1 ? ` and ${accounts.length - 1} more` : '';
  return `${account?.name ?? ''} (${after.accountId})${more}`;
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
