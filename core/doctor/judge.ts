import type { Check, DoctorContext, Finding, Line } from './check.ts';
import type { Read, Readable, Readings } from './readings.ts';

/** What the checks say of what was read: a line at least for each, in the order of the checks. */
export function judgeReadings(
  checks: readonly Check[],
  readings: Readable,
  context: DoctorContext,
): readonly Line[] {
  return checks.flatMap((check) =>
    findingsOf(check, readings, context).map((finding) => ({ check: check.name, ...finding })),
  );
}

function findingsOf(check: Check, readings: Readable, context: DoctorContext): readonly Finding[] {
  for (const name of check.reads) {
    const read: Read<unknown> | undefined = readings[name];
    if (read === undefined) throw new Error(`${check.name} needs the reading ${name}`);
    if (read.status === 'skipped') return [{ verdict: 'not checked', said: read.reason }];
    if (read.status === 'refused')
      return [{ verdict: check.mustRead ? 'fail' : 'not checked', said: read.said }];
  }
  const values = Object.fromEntries(
    Object.entries(readings).flatMap(([name, read]: [string, Read<unknown>]) =>
      read.status === 'read' ? [[name, read.value]] : [],
    ),
  ) as unknown as Readings;
  return check.judge(values, context);
}
