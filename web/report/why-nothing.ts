import { counted } from '../../core/base/counted.ts';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import { groupByAnswer } from './identity-grouping.ts';

/** Why a review of identities proposes no edit, as one sentence; null: it proposes one, or there is nothing that anybody could ask about. */
export function whyNothing({ changes, findings, refusals }: IdentitiesResult): string | null {
  if (changes.length > 0) return null;
  const open = findings.filter(({ status }) => status === 'open');
  const groups = groupByAnswer(open).toSorted((one, other) => other.findings.length - one.findings.length);
  const [largest] = groups;
  if (!largest) return refusals.find(({ code }) => code === 'EVIDENCE_MISSING')?.detail ?? null;
  const { advice, subjectArn } = largest.first;
  const staying = advice.find(({ do: what }) => what === 'keep' || what === 'deny-all');
  const refused = refusals.find((refusal) => refusal.subjectArn === subjectArn);
  const why = staying?.why ?? refused?.detail ?? advice[0]?.why ?? null;
  if (why === null || groups.length === 1) return why;
  return `${why} (so for ${largest.findings.length} of ${counted(open.length, 'finding')}; each of the others has its answer)`;
}
