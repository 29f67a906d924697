import type { ReviewPorts } from '../../adapters/ports.ts';
import { wireReview } from '../../adapters/wire.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { runReview } from '../../flow/review.ts';
import type { Scenario, ScenarioAccount } from '../../sandbox/scenario.ts';
import { quickReports } from '../adapters/box.ts';
import { accountOf, underRootAllow } from '../support/worlds.ts';

/** An OU with an account that used lex and one that did not. */
export const left = 'ou-ex01-left0000';
/** An OU whose account has not used lex for long. */
export const right = 'ou-ex01-right000';
/** The account that moves: it used lex three days ago. */
export const mover = '222222222223';

const account = (id: string, usage: ScenarioAccount['usage']): ScenarioAccount =>
  accountOf(id, `account-${id.slice(-1)}`, usage);

/** Two OUs; the one that moves used lex, the others did not. */
export const twoUnits: Scenario = underRootAllow(
  [
    {
      ...{ ou: left, name: 'Left' },
      children: [
        account('222222222222', { s3: { daysAgo: 1 } }),
        account(mover, { s3: { daysAgo: 1 }, lex: { daysAgo: 3 } }),
      ],
    },
    {
      ...{ ou: right, name: 'Right' },
      children: [account('222222222224', { s3: { daysAgo: 1 }, lex: { daysAgo: 300 } })],
    },
  ],
  [left, right, '222222222222', mover, '222222222224'],
);

/** Accounts of a pool, which are lent and given back. */
export const pooled = Array.from({ length: 12 }, (_, index) => String(222222222230 + index));
/** The OUs of the pool: accounts that are free and accounts that are lent. */
export const poolUnits = ['ou-ex01-free0000', 'ou-ex01-lent0000'] as const;

/** One OU in which accounts change places all the time; nobody has used lex for long. */
export const pool: Scenario = underRootAllow(
  [
    {
      ...{ ou: 'ou-ex01-pool0000', name: 'Pool' },
      children: poolUnits.map((ou, unit) => ({
        ...{ ou, name: unit === 0 ? 'Free' : 'Lent' },
        children: pooled
          .filter((_, index) => index % 2 === unit)
          .map((id) => account(id, { s3: { daysAgo: 1 }, lex: { daysAgo: 300 } })),
      })),
    },
  ],
  ['ou-ex01-pool0000', ...poolUnits, ...pooled],
);

/** Ports over the sandbox that the environment names, with quick reports. */
export function quickPorts(): ReviewPorts {
  return { ...wireReview(), reports: quickReports().reports };
}

/** The result of a dry run. */
export async function reviewed(
  options: Parameters<typeof runReview>[3] = {},
  event: object = {},
  ports: ReviewPorts = quickPorts(),
): Promise<ReviewResult> {
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error('the defaults are wrong');
  return (await runReview(ports, { dryRun: true, ...event }, configuration.value, options)).result;
}

/** Services found unused or denied anywhere that reaches the account that moves. */
export function touching({ findings, changes }: ReviewResult, service: string): readonly string[] {
  return [
    ...findings.filter((finding) => finding.serviceNamespace === service).map(({ entityId }) => entityId),
    ...changes
      .filter(({ services }) => services.includes(service))
      .flatMap(({ targets }) => targets.map(({ id }) => id)),
  ];
}
