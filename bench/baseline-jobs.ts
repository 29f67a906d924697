/** An OU or root of a plain organization, its children and its accounts by index. */
export interface PlainUnit {
  readonly id: string;
  readonly children: readonly PlainUnit[];
  /** Indexes of the accounts directly in it. */
  readonly accounts: readonly number[];
}

/** Who used what, known to the last detail: days since the last use, by service, then by account index. */
export type AllUse = readonly ReadonlyMap<number, number>[];

/** How `fewestJobs` counts, in words. */
export const fewestJobsFormula =
  'the fewest reports by brute force: of all sets of root and OUs the smallest from which, by conclusions (a) to (c) of single reports, ' +
  'every service is decided at every OU to which it is used all the way down; the baseline knows all use and tries every set';

interface Unit {
  readonly above: readonly number[];
  readonly accounts: ReadonlySet<number>;
}

interface Row {
  readonly lastDaysAgo: number;
  readonly lastAccount: number;
  readonly users: number;
}

interface Question {
  readonly unit: number;
  readonly service: number;
  readonly used: boolean;
}

/** The size of the smallest set of reports that decides everything, by trying all sets from small to large. Only for some twenty units: their subsets are many. */
export function fewestJobs(root: PlainUnit, use: AllUse, thresholdDays: number): number {
  const units = flatten(root);
  const rows = units.map(({ accounts }) => use.map((uses) => rowOf(accounts, uses)));
  const questions = questionsOf(units, rows, thresholdDays);
  // For each question the reports any one of which answers it, as bits.
  const answers = questions.map((question) =>
    units.reduce(
      (bits, _, asked) => (decides(units, rows, asked, question, thresholdDays) ? bits | (1 << asked) : bits),
      0,
    ),
  );
  const distinct = [...new Set(answers)];
  let fewest = units.length;
  // The root is always asked: bit 0.
  for (let set = 1; set < 2 ** units.length; set += 2) {
    const size = countBits(set);
    if (size < fewest && distinct.every((bits) => (bits & set) !== 0)) fewest = size;
  }
  return fewest;
}

function flatten(root: PlainUnit): readonly Unit[] {
  const units: Unit[] = [];
  const visit = (unit: PlainUnit, above: readonly number[]): readonly number[] => {
    const own = new Set(unit.accounts);
    const index = units.push({ above, accounts: own }) - 1;
    for (const child of unit.children) {
      for (const account of visit(child, [...above, index])) own.add(account);
    }
    return [...own];
  };
  visit(root, []);
  return units;
}

/** Null: nobody below used the service. */
function rowOf(accounts: ReadonlySet<number>, uses: ReadonlyMap<number, number>): Row | null {
  let users = 0;
  let lastAccount = -1;
  let lastDaysAgo = Number.POSITIVE_INFINITY;
  for (const account of accounts) {
    const daysAgo = uses.get(account);
    if (daysAgo === undefined) continue;
    users += 1;
    if (daysAgo > lastDaysAgo) continue;
    lastDaysAgo = daysAgo;
    lastAccount = account;
  }
  return users === 0 ? null : { lastDaysAgo, lastAccount, users };
}

/** Whether a service is used at each unit that it reaches: used at every unit above, and somebody there to judge. */
function questionsOf(
  units: readonly Unit[],
  rows: readonly (readonly (Row | null)[])[],
  thresholdDays: number,
): readonly Question[] {
  const isUsed = (unit: number, service: number): boolean =>
    (rows[unit]?.[service]?.lastDaysAgo ?? Number.POSITIVE_INFINITY) <= thresholdDays;
  return units.flatMap(({ above, accounts }, unit) =>
    accounts.size === 0
      ? []
      : [...(rows[unit] ?? []).keys()]
          .filter((service) => above.every((higher) => isUsed(higher, service)))
          .map((service) => ({ unit, service, used: isUsed(unit, service) })),
  );
}

/** Whether the one report of `asked` answers a question. */
function decides(
  units: readonly Unit[],
  rows: readonly (readonly (Row | null)[])[],
  asked: number,
  { unit, service, used }: Question,
  thresholdDays: number,
): boolean {
  const row = rows[asked]?.[service] ?? null;
  const target = units[unit];
  if (!target) return false;
  if (asked === unit) return true;
  const isFresh = row !== null && row.lastDaysAgo <= thresholdDays;
  // (b): the named account and everything above it were used then, whoever was asked.
  if (used) return isFresh && target.accounts.has(row.lastAccount);
  if (!target.above.includes(asked)) return false;
  // (a) nobody since the cut-off, or (c) one account, and that one is elsewhere.
  return !isFresh || (row.users === 1 && !target.accounts.has(row.lastAccount));
}

function countBits(set: number): number {
  let count = 0;
  for (let left = set; left > 0; left &= left - 1) count += 1;
  return count;
}
