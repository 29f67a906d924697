import { judgeIdentities, nextIdentityReports } from '../core/review/identities/next-identity-reports.ts';
import { reviewIdentities } from '../core/review/identities/review-identities.ts';
import { atMost, type FigureOptions, interleave, type Row } from './figure.ts';
import { type LargeAccount, largeAccount } from './large-account.ts';

/** The time of deciding a whole account, every round of questions included, as the account grows. */
export async function measureIdentityJudgement({ quick }: FigureOptions): Promise<readonly Row[]> {
  const sizes = quick ? { small: 200, large: 800 } : { small: 500, large: 2_000 };
  const small = largeAccount(sizes.small);
  const large = largeAccount(sizes.large);
  // Code that the engine has not compiled yet would be slow for the smaller account above all.
  const { changes, findings, rounds } = decide(small);
  decide(small);
  if (changes === 0 || findings < sizes.small)
    throw new Error('an account without findings measures nothing');
  const turns = quick ? 1 : 3;
  const times = await interleave(
    turns,
    () => decide(large).milliseconds / sizes.large,
    () => decide(small).milliseconds / sizes.small,
  );
  return [
    atMost(1.2, {
      name: `deciding an account, per role, ${sizes.large.toLocaleString('en-US')} roles`,
      value: times.measured / times.baseline,
      unit: '×',
      against:
        `CPU of all ${rounds} rounds of questions and of the decision ÷ roles, with ${sizes.small} roles; a policy for each five roles, ` +
        `${findings} findings with ${sizes.small}; median of ${turns} by turns`,
    }),
  ];
}

/** Asks for reports until nothing is open, and decides. Making the reports is not measured. */
function decide({ facts: start, reportOf, request }: LargeAccount): {
  readonly milliseconds: number;
  readonly rounds: number;
  readonly findings: number;
  readonly changes: number;
} {
  let facts = start;
  let milliseconds = 0;
  const timed = <Answer>(work: () => Answer): Answer => {
    const startedAt = performance.now();
    const answer = work();
    milliseconds += performance.now() - startedAt;
    return answer;
  };
  for (let rounds = 1; ; rounds += 1) {
    const questions = timed(() => nextIdentityReports(judgeIdentities(facts, request)));
    if (questions.length > 0) {
      facts = { ...facts, reports: [...facts.reports, ...questions.map((one) => reportOf(one.subjectArn))] };
      continue;
    }
    const { changes, findings } = timed(() => reviewIdentities(facts, request));
    return { milliseconds, rounds, findings: findings.length, changes: changes.length };
  }
}
