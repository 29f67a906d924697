import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CompletedReport, namedAccount } from '../../core/finding/access-report.ts';
import { rememberedUse } from '../../core/finding/remembered-use.ts';
import { seasonAt, seasonsAt } from '../../core/finding/season.ts';
import { type SeenUse, withReports } from '../../core/finding/seen-use.ts';
import type { OrganizationTree } from '../../core/organization/organization.ts';
import { day, now, reportOf, treeOf } from '../support/small-world.ts';

const threshold = 180;
/** Far enough apart for two times of use, whatever day of the week the review is. */
const farApart = 75;
const alpha = 'ou-test-alpha000';
const beta = 'ou-test-beta0000';
const ids = ['222222222221', '222222222222', '222222222223'] as const;

/** One account: its days of use, and where it is: in Alpha until it moves or leaves, then in Beta. */
interface Member {
  readonly uses: readonly number[];
  readonly leftOn: number;
  readonly backOn: number;
}

const member = fc
  .record({
    uses: fc
      .tuple(
        fc.integer({ min: 0, max: 300 }),
        fc.constantFrom(7, 30, 91, 182, 365),
        fc.integer({ min: 1, max: 5 }),
      )
      .map(([start, every, times]) => Array.from({ length: times }, (_, index) => start + index * every)),
    leftOn: fc.constantFrom(9_999, 9_999, 150, 400),
    absentFor: fc.constantFrom(0, 0, 60, 200),
  })
  .map(({ absentFor, leftOn, uses }): Member => ({ uses, leftOn, backOn: leftOn + absentFor }));

const placeOf = ({ backOn, leftOn }: Member, on: number): string | null =>
  on < leftOn ? alpha : on < backOn ? null : beta;

function treeOn(members: readonly Member[], on: number): OrganizationTree {
  const inside = (place: string) =>
    Object.fromEntries(
      members.flatMap((each, index) =>
        placeOf(each, on) === place ? [[`a${index}`, { id: ids[index] as string }]] : [],
      ),
    );
  return treeOf({ Alpha: inside(alpha), Beta: inside(beta) });
}

/** What AWS says of an OU on a day: the last use and who did it, where it happened or where its account is now. */
function reportOn(members: readonly Member[], ou: string, on: number, atUse: boolean): CompletedReport {
  const tree = treeOn(members, on);
  const at = now + on * day;
  const counted = members.flatMap((each, index) =>
    each.uses.flatMap((used) => {
      const place = placeOf(each, atUse ? used : on);
      if (placeOf(each, on) === null || place !== ou || used >= on || used <= on - 400) return [];
      return [{ accountId: ids[index] as string, used }];
    }),
  );
  const last = counted.toSorted((one, other) => other.used - one.used)[0];
  const report = reportOf(tree, ou, [], ['lex'], at);
  const row = report.status === 'completed' ? report.rows.get('lex') : undefined;
  if (report.status !== 'completed' || !row) throw new Error('no report');
  const shown = {
    ...row,
    lastAccessedAt: last ? now + last.used * day : null,
    lastAccessedBy: namedAccount(last ? `${ou}/${last.accountId}` : null),
    accountsEverUsed: new Set(counted.map(({ accountId }) => accountId)).size,
  };
  return { ...report, rows: new Map([['lex', shown]]) };
}

test('what reports ever named an account for is its own: a season and a use within the threshold hold where it is now, whoever used the service in between and wherever it was', () => {
  fc.assert(
    fc.property(fc.array(member, { minLength: 2, maxLength: 3 }), fc.boolean(), (members, atUse) => {
      let seen: SeenUse = new Map();
      const named = new Map<string, number[]>();
      const wrong: string[] = [];
      for (let on = 5; on < 1_100; on += 7) {
        const reports = [alpha, beta].map((ou) => reportOn(members, ou, on, atUse));
        seen = withReports(seen, reports).seen;
        for (const { rows } of reports) {
          const { lastAccessedAt, lastAccessedBy } = rows.get('lex') ?? {};
          if (!lastAccessedBy || !lastAccessedAt) continue;
          const days = named.get(lastAccessedBy.id) ?? [];
          const used = Math.round((lastAccessedAt - now) / day);
          if (!days.includes(used))
            named.set(
              lastAccessedBy.id,
              [...days, used].sort((a, b) => a - b),
            );
        }
        const at = now + on * day;
        const [tree, seasons] = [treeOn(members, on), seasonsAt(seen, at)];
        const remembered = rememberedUse(seen, at - threshold * day).get('lex');
        for (const [accountId, days] of named) {
          const last = days.at(-1) ?? 0;
          if (last - 1 > on - threshold && !remembered?.has(accountId))
            wrong.push(`day ${on}: ${accountId} used it on day ${last}`);
          const place = placeOf(members[ids.indexOf(accountId as never)] as Member, on);
          const apart = Math.max(0, ...days.slice(1).map((each, index) => each - (days[index] ?? each)));
          if (place === null || apart < farApart || on > last + apart * 1.25) continue;
          const season = seasonAt(seasons, tree, { entityId: place, row: null, service: 'lex' });
          if (season === null || season.until < now + (last + apart * 1.25) * day - day)
            wrong.push(`day ${on}: ${accountId} comes back (${days})`);
        }
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: process.env.LONG ? 500 : 20 },
  );
});
