import { organizationsLimits, organizationsRates } from '../base/limits.ts';
import type { OrganizationTree } from '../organization/organization.ts';

/** What a review holds back of its time for what comes after the last report, in milliseconds. */
export interface Reserve {
  /** For another look at where all accounts are. */
  readonly look: number;
  /** For deciding, storing and telling. */
  readonly answer: number;
}

/** The least for deciding, storing and telling, in milliseconds. */
export const leastAnswer = 15_000;
/** For handing over to the next run, in milliseconds: every answer is kept already. */
const handOver = 5_000;
/** Deciding grows with the accounts, storing with the reports, of which there is one an OU as a rule; in milliseconds each, with room for a small function. */
const perAccount = 1;
const perUnit = 20;

/** Instants of a review, in epoch milliseconds. */
export interface Instants {
  /** Until when reports are asked. */
  readonly deadline: number;
  /** Until when the organization is looked at again. */
  readonly lookUntil: number;
  /** The latest that such a look begins where another run follows: after it the whole organization is read instead, which the other can go on with. Absent: none follows. */
  readonly lookBy?: number;
  /** The latest that such a run judges what was answered: after it that is left to the other. */
  readonly judgeBy?: number;
}

/** Judging what was answered last, in milliseconds an account. */
const perJudgedAccount = 0.2;

/**
 * The instants of a run that must end then. One that another run follows keeps nothing back for the look at the parents,
 * nor for deciding.
 */
export function instantsOf(
  { accounts: { length: accounts }, entities }: Pick<OrganizationTree, 'accounts' | 'entities'>,
  run: { readonly endsAt: number; readonly readMilliseconds: number; readonly continues: boolean },
): Instants {
  const { answer, look } = reserveFor({ accounts, units: entities.size - accounts }, run.readMilliseconds);
  const lookUntil = run.endsAt - answer;
  const lookBy = lookUntil - look;
  if (!run.continues) return { deadline: lookBy, lookUntil };
  const deadline = run.endsAt - handOver;
  return { deadline, judgeBy: deadline - accounts * perJudgedAccount, lookBy, lookUntil };
}

/** What follows from the size of the organization, and from how long reading it took (milliseconds): other tools may have slowed that down, and will again. */
export function reserveFor(
  { accounts, units }: { readonly accounts: number; readonly units: number },
  readMilliseconds: number,
): Reserve {
  const pages = Math.ceil(accounts / organizationsLimits.pageItems) + 1;
  const [listed] = organizationsRates.ListAccounts;
  const [walked] = organizationsRates.ListAccountsForParent;
  const atBest = (pages / listed) * 1000;
  // Where the API gives no paths each OU is asked for its accounts and for its OUs.
  const atWorst = ((pages + 2 * units) / walked) * 2000;
  return {
    look: Math.max(atBest, Math.min(readMilliseconds, atWorst)) + leastAnswer,
    answer: leastAnswer + accounts * perAccount + units * perUnit,
  };
}
