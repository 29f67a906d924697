import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { renderReview } from '../../cli/render/review.ts';
import { widthOf } from '../../cli/render/text.ts';
import {
  hostileNames,
  hostileResult,
  idleSetting,
  neverUsed,
  sampleFinding,
  sampleResult,
  undisplayable,
} from './sample-result.ts';

const plain = { columns: 100, colour: false };

describe('a review on a terminal', () => {
  test('tells the story: finding, account by name, SCP and why, difference, certificate, risk, cost', () => {
    const accountNames = new Map([['222222222222', 'dev-1']]);
    const text = renderReview(sampleResult(), { ...plain, accountNames });
    expect(text).toMatch(
      /Amazon Lex \(lex\) +2026-04-25 +213 +dev-1 \(222222222222\) eu-west-1 +1 of 7 +open/,
    );
    expect(text).toContain('Deny 1 service in SCP NewServiceTest (p-newsvctest)');
    expect(text).toContain('  - NewServiceTest (p-newsvctest) is attached to Development itself.');
    expect(text).toContain('  +       "Sid": "DenyUnusedServices",');
    expect(text).not.toMatch(/^ {2}- .*"/m);
    expect(text).toContain('  ok         evidence-complete:');
    expect(text).toContain('  not proven regions:');
    expect(text).toContain('Risk: low');
    expect(text).toContain('1 report job, 1 API call, never throttled, 2.0 s');
  });

  test('400 never-used services stay a list of namespaces, after what lapsed', () => {
    const findings = Array.from({ length: 400 }, (_, index) => neverUsed(`service${index}`));
    const text = renderReview(sampleResult({ findings: [...findings, sampleFinding()], changes: [] }), plain);
    expect(text).toContain('Never used in the 400 days that AWS tracks (400)');
    expect(text.indexOf('Lapsed')).toBeLessThan(text.indexOf('Never used in'));
    expect(text.split('\n').length).toBeLessThan(80);
    for (const { serviceNamespace } of findings) expect(text).toContain(serviceNamespace);
  });

  test('what is not drafted is listed with its reason', () => {
    const findings = [
      neverUsed('iam', { status: 'protected', note: 'people sign in through it' }),
      neverUsed('sts', { status: 'protected', note: 'people sign in through it' }),
      sampleFinding({ status: 'held', reason: 'FAMILY_IN_USE', note: 'lexv2 is in use' }),
    ];
    const text = renderReview(sampleResult({ findings, changes: [] }), plain);
    expect(text).toContain('- protected: iam, sts\n    people sign in through it');
    expect(text).toContain('lex: held: lexv2 is in use');
    expect(text).toContain('Of these 3: 0 proposed, 0 waiting, 1 held, 0 exempt, 2 protected, 0 refused.');
  });

  test('a review without findings says so', () => {
    const text = renderReview(sampleResult({ findings: [], changes: [] }), plain);
    expect(text).toContain('No unused service was found.');
  });

  test('a setting without effect is named, and nothing is said where there is none', () => {
    const text = renderReview(sampleResult({ warnings: [idleSetting] }), plain);
    expect(text).toMatch(/Settings without effect ─+\n\n- exemptions\.0\.entity: no root, OU or account/);
    expect(renderReview(sampleResult(), plain)).not.toContain('Settings without effect');
  });

  test('an entity without evidence is named as unknown', () => {
    const [entity] = sampleResult().entities;
    const failed = { code: 'ORGANIZATIONS_REPORT_ACCESS_DENIED', message: 'denied' };
    const entities = entity ? [{ ...entity, report: { failed } }] : [];
    const text = renderReview(sampleResult({ entities, status: 'partial' }), plain);
    expect(text).toMatch(
      /Development \(ou-ex01-development\): unknown: the report failed with\s+ORGANIZATIONS_REPORT_ACCESS_DENIED: denied/,
    );
    expect(text).toContain('partial: some entities are unknown');
  });

  test.each([60, 72, 80, 120])('no line is wider than %i columns', (columns) => {
    const findings = [
      sampleFinding({ serviceName: '語'.repeat(60) }),
      sampleFinding(),
      neverUsed('a-long-namespace'.repeat(5)),
    ];
    const text = renderReview(sampleResult({ findings }), { columns, colour: false });
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('colour is only paint: without its escapes the text is the same', () => {
    const painted = renderReview(sampleResult(), { columns: 100, colour: true });
    expect(stripVTControlCharacters(painted)).toBe(renderReview(sampleResult(), plain));
    expect(painted).not.toBe(renderReview(sampleResult(), plain));
  });

  test.each(hostileNames)('a name with %s cannot drive the terminal', (_, name) => {
    const text = renderReview(hostileResult(name), plain);
    expect(text).not.toMatch(undisplayable);
    expect(text.length).toBeLessThan(100_000);
    expect(text).not.toMatch(/^status completed/m);
  });
});
