import { counted } from '../../base/counted.ts';
import { isoDay } from '../../base/iso-time.ts';
import type { IdentityEvidence, PrincipalEffect } from '../../change/content/identity-part.ts';
import { shortArn } from '../../identity/step-words.ts';
import { byWeight } from '../../policy/service-weights.ts';
import { namesOf } from './words.ts';

const most = { principals: 6, services: 10, subjects: 12 } as const;

/** Who loses and keeps what, in plain text, one line for all to whom the same is done. */
export function effectLines(effects: readonly PrincipalEffect[]): readonly string[] {
  return effects.map(
    (effect) => `${namesOf(effect.arns.map(shortArn), most.principals)}: ${effectWords(effect)}`,
  );
}

/** What one effect amounts to, as a clause: `loses lex and dms; loses a part of ec2; keeps s3, which is in use`. */
export function effectWords({ keeps, loses, narrowed }: PrincipalEffect): string {
  const parts = [
    ...(loses.length === 0 ? [] : [`loses ${services(loses)}`]),
    ...(narrowed.length === 0
      ? []
      : [
          `loses a part of ${services(narrowed)}, and keeps the rest of ${narrowed.length === 1 ? 'it' : 'them'}`,
        ]),
    ...(keeps.length === 0 ? [] : [`keeps ${services(keeps)}, as used`]),
  ];
  if (loses.length + narrowed.length === 0)
    return `loses nothing: has the same by another path${keeps.length === 0 ? '' : `; keeps ${services(keeps)}`}`;
  return parts.join('; ');
}

/** Findings of one subject and of one kind of use, together. */
export interface EvidenceGroup<Entry> {
  readonly subjectArn: string;
  /** Used before, the last use first. */
  readonly lapsed: readonly Entry[];
  /** Never used in the tracking period, privileged services first. */
  readonly never: readonly Entry[];
  /** Services of which single actions are unused. */
  readonly inPart: readonly Entry[];
}

/** The evidence by whom it is about. */
export function evidenceBySubject<Entry extends Omit<IdentityEvidence, 'report'>>(
  evidence: readonly Entry[],
): readonly EvidenceGroup<Entry>[] {
  const subjects = [...new Set(evidence.map(({ subjectArn }) => subjectArn))];
  return subjects.map((subjectArn) => {
    const own = evidence.filter((entry) => entry.subjectArn === subjectArn);
    const whole = own.filter(({ kind }) => kind !== 'unused-actions');
    return {
      subjectArn,
      lapsed: whole
        .filter(({ lastAccessedAt }) => lastAccessedAt !== null)
        .sort((a, b) => (a.daysUnused ?? 0) - (b.daysUnused ?? 0)),
      never: whole
        .filter(({ lastAccessedAt }) => lastAccessedAt === null)
        .sort((a, b) => byWeight(a.serviceNamespace, b.serviceNamespace)),
      inPart: own.filter(({ kind }) => kind === 'unused-actions'),
    };
  });
}

/** The evidence in plain text, a few lines a subject. `whole` says where the rest stands. */
export function evidenceLines(
  evidence: readonly Omit<IdentityEvidence, 'report'>[],
  whole = 'on the page',
): readonly string[] {
  const groups = evidenceBySubject(evidence);
  const lines = groups.slice(0, most.subjects).flatMap(({ inPart, lapsed, never, subjectArn }) => {
    const who = shortArn(subjectArn);
    const first = lapsed.slice(0, most.services).map((entry) => `${who}: ${lapsedWords(entry)}`);
    const left = lapsed.length - first.length;
    return [
      ...first,
      ...(left > 0 ? [`${who}: ${counted(left, 'more service')} used before, not within the threshold`] : []),
      ...(never.length === 0 ? [] : [`${who}: never used ${neverWords(never)}`]),
      ...inPart.slice(0, most.services).map((entry) => `${who}: ${inPartWords(entry)}`),
      ...(inPart.length > most.services
        ? [`${who}: unused actions of ${counted(inPart.length - most.services, 'more service')}`]
        : []),
    ];
  });
  const left = groups.length - most.subjects;
  return left > 0 ? [...lines, `and ${counted(left, 'more subject')} ${whole}`] : lines;
}

/** When a service was last attempted, by whom and where. */
function lapsedWords(entry: Omit<IdentityEvidence, 'report'>): string {
  const { daysUnused, lastAccessedAt, lastAccessedBy, lastAccessedRegion } = entry;
  const by = lastAccessedBy === null ? '' : ` by ${shortArn(lastAccessedBy)}`;
  const where = lastAccessedRegion === null ? '' : ` in ${lastAccessedRegion}`;
  const when = lastAccessedAt === null ? 'never' : isoDay(lastAccessedAt);
  return `${entry.serviceNamespace ?? entry.serviceName} last attempted ${when}, ${daysUnused ?? 0} days ago${by}${where}`;
}

function neverWords(never: readonly Pick<IdentityEvidence, 'serviceName' | 'serviceNamespace'>[]): string {
  return services(never.map(({ serviceName, serviceNamespace }) => serviceNamespace ?? serviceName));
}

function inPartWords({
  actions,
  serviceNamespace,
}: Pick<IdentityEvidence, 'actions' | 'serviceNamespace'>): string {
  return `${counted(actions.length, 'unused action')} of ${serviceNamespace}: ${namesOf(actions, most.services)}`;
}

function services(names: readonly string[]): string {
  return namesOf([...names].sort(byWeight), most.services);
}
