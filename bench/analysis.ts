import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AnalysisRun } from './analysis-run.ts';
import { parseFormula } from './baseline-parse.ts';
import { atMost, type FigureOptions, median, type Row } from './figure.ts';

const program = fileURLToPath(new URL('analysis-run.ts', import.meta.url));

/** Time and memory of detect, draft and prove for three sizes of organization: both must grow no faster than the accounts. */
export async function measureAnalysis({ quick }: FigureOptions): Promise<readonly Row[]> {
  const [small, middle, large] = quick ? [1_000, 1_000, 4_000] : [1_000, 10_000, 50_000];
  const rounds = quick ? 2 : 3;
  const runs = new Map<number, AnalysisRun[]>([small, middle, large].map((size) => [size, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [size, done] of runs) done.push(runOnce(size));
  }
  const usual = (size: number, of: (run: AnalysisRun) => number): number =>
    median((runs.get(size) ?? []).map(of));
  const growth = (of: (run: AnalysisRun) => number): number =>
    usual(large, of) / large / (usual(middle, of) / middle);
  const peak = (size: number): number => usual(size, (run) => run.peakBytes);
  const peakPerAccount = (size: number): number => (peak(size) - peak(small)) / (size - small);

  const label = (size: number): string => size.toLocaleString('en-US');
  const at = `${label(large)} accounts`;
  const base = `${label(middle)} accounts in ${label(middle / 25)} OUs, 455 services a report`;
  const how = `median of ${rounds} processes each, by turns`;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  // Not in small organizations: there, garbage that was not collected yet outweighs what is needed.
  const peakRow = atMost(1.3, {
    name: `peak memory per account, ${at}`,
    value: peakPerAccount(large) / peakPerAccount(middle),
    unit: '×',
    against: `highest resident set, less that with ${label(small)} accounts, ÷ accounts beyond these with ${base}; ${how}`,
  });
  const time = (run: AnalysisRun): number => run.reviewMilliseconds;
  return [
    atMost(1, {
      name: `time of analysis, ${at}`,
      value: usual(large, (run) => run.reviewMilliseconds / run.parseMilliseconds),
      unit: '×',
      against: `detect, draft and prove; ${parseFormula}; processor time in the same process; ${how}`,
    }),
    atMost(1.1, {
      name: `exponent of growth of that time, ${at}`,
      value: Math.log(usual(large, time) / usual(middle, time)) / Math.log(large / middle),
      unit: '',
      against: `with ${base}; ${how}`,
    }),
    atMost(1_000, {
      name: `peak memory of analysis, ${at}`,
      value: peak(large) / 1e6,
      unit: 'MB',
      against: `highest resident set, with the reports; ${how}`,
    }),
    atMost(1.3, {
      name: `memory kept by analysis per account, ${at}`,
      value: growth((run) => run.keptBytes),
      unit: '×',
      against: `growth of the heap after a collection ÷ accounts with ${base}; ${megabytes(usual(large, (run) => run.keptBytes))} in all; ${how}`,
    }),
    ...(quick ? [] : [peakRow]),
  ];
}

function runOnce(accounts: number): AnalysisRun {
  const options = ['--expose-gc', '--import', 'tsx', program, String(accounts)];
  const printed = execFileSync(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(printed.toString()) as AnalysisRun;
}
