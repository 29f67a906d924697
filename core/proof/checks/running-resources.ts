import type { Configuration } from '../../base/configuration.ts';
import { counted, list } from '../../base/counted.ts';
import { costNamesDate, whatMayRun } from '../../finding/cost-names.ts';
import { type Spend, spendWords, spentOn, unknownSpend } from '../../finding/spend.ts';
import { type Account, nameWithId } from '../../organization/organization.ts';
import { effectOf } from '../effect.ts';
import { type Check, fails, holds, notProven, notProvenOf, type Outcome } from '../subject.ts';
import { nobodyAsked } from '../verdict.ts';

/** Nothing that would be denied costs anything where it would be lost: some services serve production for months without one call that IAM sees. */
export const noRunningResources: Check = {
  name: 'no-running-resources',
  check: (subject) => {
    const { configuration, edit, spend, tree } = subject;
    const losing = effectOf(subject).flatMap(({ accounts, lost }) =>
      accounts.flatMap((index) => {
        const account = tree.accounts[index];
        return account?.state === 'ACTIVE' && lost.length > 0 ? [{ account, lost }] : [];
      }),
    );
    return whatIsPaid(losing, { sources: configuration.sources, spend, services: edit.services });
  },
};

/** An account and the services that somebody loses in it. */
interface Losing {
  readonly account: Pick<Account, 'id' | 'name'>;
  readonly lost: readonly string[];
}

/** Whether accounts pay for what they would lose, or use it without paying. */
export function whatIsPaid(
  losing: readonly Losing[],
  {
    services,
    sources,
    spend,
  }: {
    readonly sources: Pick<Configuration['sources'], 'cost'>;
    readonly spend: Spend | undefined;
    readonly services: readonly string[];
  },
): Outcome {
  const known = whatMayRun(services);
  const mayRun = `A resource may run without IAM calls${known.length === 0 ? '' : `: look at ${list(known)}`}`;
  if (!sources.cost) return notProven(`what each service costs is not read: sources.cost is off. ${mayRun}`);
  if (losing.length === 0) return holds(nobodyAsked);
  if (spend === undefined)
    return notProven(`what each service costs was not read: the time ran out. ${mayRun}`);
  const running = losing.flatMap(({ account, lost }) =>
    lost.flatMap((service) => {
      const row = spentOn(spend, account.id, service);
      return row === null
        ? []
        : [`${nameWithId(account)} would lose ${service} and shows ${spendWords(spend, row, service)}`];
    }),
  );
  if (running.length > 0) return fails(list(running));
  const isUnread = ({ account }: Losing): boolean =>
    spend.failure !== undefined || !spend.accountIds.has(account.id);
  const unknownOf = ({ account }: Losing): readonly string[] => unknownSpend(spend, account.id);
  const idsOf = (some: readonly Losing[]): readonly string[] => some.map(({ account }) => account.id);
  const unproven = losing.filter((each) => isUnread(each) || unknownOf(each).length > 0);
  if (spend.failure !== undefined || losing.some(isUnread))
    return notProvenOf(
      idsOf(unproven),
      idsOf(losing),
      `what each service costs could not be read of all accounts: ${spend.failure ?? 'the time ran out'}. ${mayRun}`,
    );
  // Accounts that pay and use nothing at all look like accounts of which Cost Explorer has no data.
  if (spend.rows.length === 0)
    return notProven(
      `Cost Explorer shows neither a cost nor a usage of anything in the accounts that were asked about, from ${spend.from} to ${spend.to}: it may have no data of them. ${mayRun}`,
    );
  if (unproven.length > 0)
    return notProvenOf(
      idsOf(unproven),
      idsOf(losing),
      `unknown spend from ${spend.from} to ${spend.to}, which may be of any service: ${list([...new Set(losing.flatMap(unknownOf))].sort(), 10)}`,
      'ALL_READ',
    );
  return holds(
    `${counted(losing.length, 'account')}: neither a cost nor a usage of what would be lost, from ${spend.from} to ${spend.to} (Cost Explorer, a day behind; table of service names of ${costNamesDate()})`,
  );
}
