import { counted } from '../../core/base/counted.ts';
import type { IdentityStep } from '../../core/identity/identity-step.ts';
import { textWritten } from '../../core/identity/identity-values.ts';
import { shortArn, stepWords } from '../../core/identity/step-words.ts';
import type { IdentityChangeResult } from '../../core/review/identities/identities-result.ts';
import { policyLines } from '../../web/components/policy-lines.ts';
import { takenBy } from '../../web/report/identity-words.ts';
import { renderCertificate, renderPolicyLines, renderRisk } from './changes.ts';
import { type Look, type Paint, padded, paragraph } from './text.ts';

const mostPrincipals = 12;
const mostListed = 24;

/** Names in a row; beyond two dozen they are counted, and the reader is told where all of them are. */
export function shortNames(names: readonly string[]): string {
  const more = names.length - mostListed;
  const end = more > 0 ? ` and ${more} more (--format json names them all)` : '';
  return `${names.slice(0, mostListed).join(', ')}${end}`;
}

/** One edit inside an account: what, who loses what, the steps with texts before and after, the certificate, the risk. */
export function renderIdentityChange(
  change: IdentityChangeResult,
  look: Look,
  paint: Paint,
): readonly string[] {
  const fact = (label: string, text: string): readonly string[] =>
    paragraph(text, `  ${padded(label, 10)}`, look.columns);
  const named = change.principals.slice(0, mostPrincipals).map(shortArn);
  const more = change.principals.length - named.length;
  return [
    ...paragraph(change.title, '', look.columns).map(paint.heading),
    ...fact('change', `${change.id}, revision ${change.revision}`),
    ...takenFrom(change).flatMap((text, index) => fact(index === 0 ? 'takes' : '', text)),
    ...fact(
      'from',
      `${counted(change.principals.length, 'principal')}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    ),
    ...fact('digest', change.digest),
    ...change.notes.flatMap((note) => paragraph(note, '  - ', look.columns)),
    ...change.steps.flatMap((step, index) => ['', ...renderStep(step, index + 1, look, paint)]),
    '',
    ...renderCertificate(change.certificate, look, paint),
    '',
    ...renderRisk(change, look, paint),
  ];
}

/** A line for services that go whole, for those of which everybody keeps something, and for single actions. */
function takenFrom(change: IdentityChangeResult): readonly string[] {
  const { actions, part, whole } = takenBy(change);
  const line = (names: readonly string[], noun: string): readonly string[] =>
    names.length === 0 ? [] : [`${counted(names.length, noun)}: ${shortNames(names)}`];
  return [
    ...line(whole, 'service'),
    ...line(part, 'service').map((text) => `a part of ${text}`),
    ...line(actions, 'action'),
  ];
}

function renderStep(step: IdentityStep, number: number, look: Look, paint: Paint): readonly string[] {
  const title = paragraph(`${number}. ${stepWords(step)}`, '  ', look.columns).map(paint.heading);
  const text = textWritten(step);
  if (text === null) return title;
  return [...title, ...renderPolicyLines(policyLines(step.before, text), look, paint)];
}
