import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { reportPage } from '../../web/report/report.ts';
import {
  hostileNames,
  hostileResult,
  idleSetting,
  neverUsed,
  sampleFinding,
  sampleResult,
  undisplayable,
} from '../cli/sample-result.ts';

describe('the HTML report', () => {
  const page = reportPage(sampleResult(), new Map([['222222222222', 'dev-1']]));

  test('is one file: no script, nothing loaded, and a policy that allows only its own style', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\sstyle=|\son\w+=|@import|url\(/i);
    expect(page.match(/href="(?!#)/g)).toBeNull();
  });

  test('tells the story in words: account by name, added lines, verdicts', () => {
    expect(page).toContain('<time datetime="2026-04-25T08:48:19.015Z">2026-04-25</time>');
    expect(page).toContain('<bdi>dev-1</bdi>');
    expect(page).toMatch(
      /<ins><span class="mark">added<\/span>.*&quot;Sid&quot;: &quot;DenyUnusedServices&quot;/,
    );
    expect(page).toContain('not proven</span>');
    expect(page).toContain('<strong>Plan: 1 change.</strong> Found 1 unused service');
    expect(page).toContain('finished <time datetime="2026-11-24T08:52:17.043Z">');
  });

  test('is built for readers of screens: one h1, one main, captions and scopes, unique ids, headings that exist', () => {
    const count = (pattern: RegExp): number => page.match(pattern)?.length ?? 0;
    expect(count(/<h1/g)).toBe(1);
    expect(count(/<main/g)).toBe(1);
    expect(count(/<table/g)).toBe(count(/<caption/g));
    expect(page.match(/<th(?!ead)(?! scope=)/g)).toBeNull();
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id);
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id);
  });

  test('a setting without effect has a section of its own, which the contents name', () => {
    const idle = reportPage(sampleResult({ warnings: [idleSetting] }));
    expect(idle).toContain('<h2 id="settings">Settings without effect</h2>');
    expect(idle).toContain('<li><a href="#settings">Settings without effect</a></li>');
    expect(idle).toContain('<code>exemptions.0.entity</code>: no root, OU or account');
    expect(page).not.toContain('Settings without effect');
  });

  test('what the trail says that a change would have blocked stands with the change', () => {
    const [change, ...others] = sampleResult().changes;
    if (change === undefined) throw new Error('the sample has no change');
    const detail = 'nothing that was <called> would have been denied';
    const of = (verdict: 'ok' | 'not-proven') => {
      const certificate = { ok: true, checks: [{ name: 'replay', verdict, detail }] } as const;
      return reportPage(sampleResult({ changes: [{ ...change, certificate }, ...others] }));
    };
    expect(of('ok')).toContain(
      'What would this have blocked?</h4><p>Nothing that was &lt;called&gt; would have been denied.</p>',
    );
    expect(of('not-proven')).toContain('What would this have blocked?</h4><p>Nobody knows: nothing that');
    expect(page).not.toContain('What would this have blocked?');
  });

  test('what a review costs is told with its reasons', () => {
    const { metrics } = sampleResult();
    const paid = reportPage(sampleResult({ metrics: { ...metrics, dollars: 5.02, scannedBytes: 1e12 } }));
    expect(paid).toContain('$5.02 for sources of proof, 1000.0 GB scanned by Athena');
  });

  test('a finding is told with its note, also where it is open', () => {
    const note = 'SCPs let dev-1 use it only lately';
    const lapsed = { kind: 'lapsed', lastAccessedAt: '2026-04-25T08:48:19.015Z', daysUnused: 213 } as const;
    const text = reportPage(sampleResult({ findings: [sampleFinding({ ...lapsed, status: 'open', note })] }));
    expect(text).toContain(`>open</span> <span class="note small">${note}</span>`);
  });

  test('400 never-used services are folded, with their names', () => {
    const findings = Array.from({ length: 400 }, (_, index) => neverUsed(`service${index}`));
    const long = reportPage(sampleResult({ findings }));
    expect(long).toContain('<details><summary>All 400 services (');
    expect(long).toContain('<code>service399</code> <span>AWS service399</span>');
  });

  test('protected services are listed, with their reason', () => {
    const findings = [
      sampleFinding(),
      neverUsed('iam', { status: 'protected', note: 'people sign in through it' }),
    ];
    const text = reportPage(sampleResult({ findings }));
    expect(text).toContain('people sign in through it');
    expect(text).toContain('>iam</code>');
  });

  test('a partial review says so at the top', () => {
    const text = reportPage(hostileResult('Development'));
    expect(text.indexOf('Partial review.')).toBeGreaterThan(0);
    expect(text.indexOf('Partial review.')).toBeLessThan(text.indexOf('<main>'));
    expect(text).toContain('1 entity could not be judged');
  });

  test.each(hostileNames)('a name with %s stays a text', (_, name) => {
    const text = reportPage(hostileResult(name));
    const markup = (source: string): readonly string[] => source.match(/<[/a-z][^>]*>/g) ?? [];
    const harmless = reportPage(hostileResult('x'));
    expect(markup(text).filter((tag) => /^<(script|img)|\sonerror="/.test(tag))).toEqual([]);
    expect(markup(text).length).toBe(markup(harmless).length);
    expect(text).not.toMatch(undisplayable);
    expect(text.length - harmless.length).toBeLessThan(100_000);
  });
});
