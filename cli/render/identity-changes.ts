import type { IdentityStep } from '../../core/identity/identity-step.ts';
import { shortArn, stepWords } from '../../core/message/identity-step-words.ts';
import { counted } from '../../core/message/visible-text.ts';
import type { IdentityChangeResult } from '../../core/review/identities/identities-result.ts';
import { policyLines } from '../../web/components/policy-lines.ts';
import { renderCertificate, renderPolicyLines, renderRisk } from './changes.ts';
import { type Look, type Paint, padded, paragraph } from './text.ts';

const mostPrincipals = 12;
const mostListed = 24;

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
    ...fact('takes', shortList(change.actions ?? change.services, change.actions ? 'action' : 'service')),
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
    ...renderRisk(change.risk, look, paint),
  ];
}

function shortList(names: readonly string[], noun: string): string {
  const listed = names.slice(0, mostListed);
  const more = names.length - listed.length;
  const end = more > 0 ? ` and ${more} more (--format json names them all)` : '';
  return `${counted(names.length, noun)}: ${listed.join(', ')}${end}`;
}

function renderStep(step: IdentityStep, number: number, look: Look, paint: Paint): readonly string[] {
  const { after, before, resource } = step;
  const title = paragraph(`${number}. ${stepWords(step)}`, '  ', look.columns).map(paint.heading);
  const isText = resource.type === 'managed-policy' || resource.type === 'inline-policy';
  if (!isText || after === null) return title;
  return [...title, ...renderPolicyLines(policyLines(before, after), look, paint)];
}
