import type { ChangeAnswer } from '../../core/message/events/iam-schemas.ts';
import { effectLines, evidenceLines } from '../../core/message/words/identity-words.ts';

/** What a change of one account's IAM says beside what every change says, a line each: steps, who loses what, why, notes. */
export function identityLines(identities: NonNullable<ChangeAnswer['identities']>): readonly string[] {
  const { effects, evidence, notes, steps } = identities;
  const told = evidence.map((entry) => ({
    ...entry,
    lastAccessedAt: entry.lastAccessedAt === null ? null : Date.parse(entry.lastAccessedAt),
  }));
  return [
    ...evidenceLines(told).map((line) => `  ${line}`),
    '',
    '  Steps, in this order',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    '  Who loses what',
    ...effectLines(effects).map((line) => `  ${line}`),
    ...notes.map((note) => `  - ${note}`),
  ];
}
