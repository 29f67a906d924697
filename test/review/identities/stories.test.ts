import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { identityStepsOf } from '../../../core/change/content/identity-content.ts';
import type { PrincipalEffect } from '../../../core/change/content/identity-part.ts';
import type { IdentityReport } from '../../../core/identity/identity-report.ts';
import type { IdentityStep } from '../../../core/identity/identity-step.ts';
import { resourceKey } from '../../../core/identity/identity-values.ts';
import type { SubjectChoice } from '../../../core/identity/subject.ts';
import { editKey } from '../../../core/kinds/iam/edit.ts';
import { stepsOf } from '../../../core/kinds/iam/steps-of-edits.ts';
import { parsePolicy } from '../../../core/policy/document.ts';
import { reviewIdentities } from '../../../core/review/identities/review-identities.ts';
import { type AccountSketch, identityReviewOf, reportOf } from '../../support/account-builder.ts';
import { answered } from '../../support/identity-review.ts';

interface Case {
  readonly name: string;
  readonly account: AccountSketch;
  readonly choice: SubjectChoice;
  readonly days?: number;
  readonly settings?: object;
  readonly quarantine?: boolean;
  /** Services that the report of a subject does not list although its policies allow them, by name of the subject. */
  readonly unlisted?: Readonly<Record<string, readonly string[]>>;
  /** A part of one sentence that stands in the notes of some change. */
  readonly noted?: string;
  /** ARNs whose report fails. */
  readonly failing?: readonly string[];
  /** `subject service kind status [reason]: advice, advice`; only findings of these services. */
  readonly findings: readonly string[];
  /** Services of the findings that are told above; absent: all. */
  readonly only?: readonly string[];
  /** One list of steps a change. */
  readonly changes?: readonly (readonly string[])[];
  /** The services that each change says it takes away; absent: they are not looked at. */
  readonly takes?: readonly (readonly string[])[];
  /** The flags of the risk of each change; absent: they are not looked at. */
  readonly flags?: readonly (readonly string[])[];
  /** What the steps of each change do to whom: `user/u1 loses lex, narrowed s3, keeps sqs`; absent: it is not looked at. */
  readonly effects?: readonly (readonly string[])[];
  /** `CODE who services` */
  readonly refusals?: readonly string[];
  /** The steps of everything that is advised: for edits of which this table does not tell the proof. */
  readonly advised?: readonly string[];
  /** What is asked, by name, in order. */
  readonly asks?: readonly string[];
}

const folder = join(import.meta.dirname, '../../cases/identities');
const files = ['paulo', 'martha', 'arnav', 'nikki', 'roles', 'codes', 'unlisted'];

describe.each(files)('%s', (file) => {
  const cases = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as readonly Case[];
  test.each(cases)('$name', (given) => {
    const { facts: empty, request } = identityReviewOf(given.account, given);
    const { asked, facts } = answered(empty, request, (arn) =>
      given.failing?.includes(shortName(arn))
        ? { status: 'failed', subjectArn: arn, failure: { code: 'ServiceError', message: 'try again' } }
        : without(given.unlisted?.[shortName(arn)] ?? [], reportOf(given.account, arn)),
    );
    const decision = reviewIdentities(facts, request);
    const findings = decision.findings
      .filter(({ serviceNamespace }) => !given.only || given.only.includes(serviceNamespace ?? '*'))
      .map(({ actions, id, kind, reason, serviceNamespace, status, subject }) => {
        const advice = (decision.advice.get(id) ?? []).map(({ edit, grant, kept }) => {
          const what = edit?.do ?? `keep ${kept?.code ?? ''}`.trim();
          const via = grant.via === 'direct' ? 'direct' : grant.via.group;
          return `${what} ${grant.source.name} ${via}`;
        });
        const named = actions
          ? ` used ${names(actions.used)}; unused ${names(actions.unused)}; not permitted ${actions.notPermitted.join('+')}`
          : '';
        const state = [kind, status, reason].filter(Boolean).join(' ');
        return `${subject.type}/${subject.name} ${serviceNamespace ?? '*'} ${state}${named}: ${advice.join(', ')}`;
      });
    expect(findings).toEqual(given.findings);
    if (given.asks) expect(asked.map(shortName)).toEqual(given.asks);
    if (given.advised) {
      const edits = [...decision.advice.values()].flat().flatMap(({ edit }) => edit ?? []);
      const byKey = new Map(edits.map((edit) => [editKey(edit), edit]));
      expect(stepsOf([...byKey.values()]).map(({ step }) => stepWords(step))).toEqual(given.advised);
      return;
    }
    expect(decision.changes.map((change) => identityStepsOf(change).map(stepWords))).toEqual(given.changes);
    if (given.noted)
      expect(decision.changes.flatMap(({ identity }) => identity?.notes ?? []).join('\n')).toContain(
        given.noted,
      );
    if (given.effects)
      expect(decision.changes.map(({ identity }) => (identity?.effects ?? []).map(effectWords))).toEqual(
        given.effects,
      );
    if (given.takes) expect(decision.changes.map(({ services }) => services)).toEqual(given.takes);
    if (given.flags) expect(decision.changes.map(({ risk }) => risk.flags)).toEqual(given.flags);
    const refusals = decision.refusals.map(({ code, policyArn, services = [], subjectArn }) => {
      const what = services.length > 8 ? services.length : services.join('+');
      return `${code} ${shortName(policyArn ?? subjectArn ?? '')} ${what}`.trim();
    });
    expect(refusals).toEqual(given.refusals);
  });
});

function without(services: readonly string[], report: IdentityReport): IdentityReport {
  if (report.status === 'failed') return report;
  return { ...report, rows: new Map([...report.rows].filter(([service]) => !services.includes(service))) };
}

function names(actions: readonly { readonly name: string }[]): string {
  return actions.map(({ name }) => name).join('+');
}

function shortName(arn: string): string {
  return arn.replace(/^arn:aws:iam::(\d+|aws):/, '');
}

function stepWords({ after, before, resource }: IdentityStep): string {
  const value = (text: string | null): string => {
    if (text === null) return 'nothing';
    const parsed = parsePolicy(text);
    if (!parsed.ok) return text;
    return parsed.value.statements
      .map(({ actions, effect }) => {
        const patterns =
          actions.patterns.length > 40 ? `${actions.patterns.length} actions` : actions.patterns.join(' ');
        return `${effect} ${actions.kind === 'not-action' ? 'all but ' : ''}${patterns}`;
      })
      .join(' | ');
  };
  return `${shortName(resourceKey(resource))}: ${value(before)} -> ${value(after)}`;
}

function effectWords({ arns, keeps, loses, narrowed }: PrincipalEffect): string {
  const told = Object.entries({ loses, narrowed, keeps }).filter(([, services]) => services.length > 0);
  return `${arns.map(shortName).join('+')} ${told.map(([what, services]) => `${what} ${services.join('+')}`).join(', ')}`.trim();
}
