import { counted } from '../../core/base/counted.ts';
import type { IdentityCode } from '../../core/identity/identity-refusal.ts';
import type {
  AdviceResult,
  IdentitiesResult,
  IdentityFindingResult,
} from '../../core/review/identities/identities-result.ts';
import { groupByAnswer } from './identity-grouping.ts';

/** Why a review of identities proposes no edit, as one sentence; null: it proposes one, or there is nothing that anybody could ask about. */
export function whyNothing({ changes, findings, refusals }: IdentitiesResult): string | null {
  if (changes.length > 0) return null;
  const open = findings.filter(({ status }) => status === 'open');
  const groups = groupByAnswer(open).toSorted((one, other) => other.findings.length - one.findings.length);
  const [largest] = groups;
  const [finding] = largest?.findings ?? [];
  // What was left out tells why a report lists what no text seems to grant.
  if (!largest || !finding) return told(refusals, 'MALFORMED_POLICY') ?? told(refusals, 'EVIDENCE_MISSING');
  const staying = largest.first.advice.find(isStaying);
  const why = whyNotDrafted(finding, refusals) ?? staying?.why ?? largest.first.advice[0]?.why ?? null;
  if (why === null || groups.length === 1) return why;
  return `${why} (so for ${largest.findings.length} of ${counted(open.length, 'finding')}; each of the others has its answer)`;
}

function told(refusals: IdentitiesResult['refusals'], wanted: IdentityCode): string | null {
  return refusals.find(({ code }) => code === wanted)?.detail ?? null;
}

function isStaying({ do: what }: AdviceResult): boolean {
  return what === 'keep';
}

/** What was said of the edit that a finding advises; null: it advises none, or nothing was said of it. */
function whyNotDrafted(
  { advice, serviceNamespace, subjectArn }: IdentityFindingResult,
  refusals: IdentitiesResult['refusals'],
): string | null {
  if (advice.every(isStaying)) return null;
  // What stays by another path is refused too, with the words of its advice.
  const staying = new Set(advice.filter(isStaying).map(({ why }) => why));
  const refused = refusals.find(
    ({ detail, services = [], ...refusal }) =>
      refusal.subjectArn === subjectArn &&
      (serviceNamespace === null ? services.length === 0 : services.includes(serviceNamespace)) &&
      !staying.has(detail),
  );
  return refused?.detail ?? null;
}
