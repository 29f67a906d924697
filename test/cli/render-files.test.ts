import { describe, expect, test } from '@jest/globals';
import { renderCsv } from '../../cli/render/csv.ts';
import { renderJson } from '../../cli/render/json.ts';
import { renderMarkdown } from '../../cli/render/markdown.ts';
import cells from '../cases/cli/csv-cells.json' with { type: 'json' };
import {
  hostileNames,
  hostileResult,
  idleSetting,
  sampleFinding,
  sampleResult,
  undisplayable,
} from './sample-result.ts';

const csvOf = (serviceName: string): string =>
  renderCsv(sampleResult({ findings: [sampleFinding({ serviceName })] }));

describe('CSV', () => {
  test('a header, one record a finding, CR LF at the end of each', () => {
    const lines = renderCsv(sampleResult()).split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^id,kind,status,/);
    expect(lines[1]).toMatch(/^"fnd-18f9c73acb12","lapsed","open","","","ou-ex01-development",/);
    expect(lines[2]).toBe('');
  });

  test.each(cells)('$title', ({ text, cell }) => {
    expect(csvOf(text)).toContain(`,"lex",${cell},`);
  });
});

describe('JSON', () => {
  test('has the settings without effect', () => {
    const text = renderJson(sampleResult({ warnings: [idleSetting] }));
    expect(JSON.parse(text).warnings).toEqual([idleSetting]);
  });

  test.each(hostileNames)('%s: the same result, and nothing that drives a terminal', (_, name) => {
    const result = hostileResult(name);
    const text = renderJson(result);
    expect(JSON.parse(text)).toEqual(result);
    expect(text).not.toMatch(undisplayable);
  });
});

describe('Markdown', () => {
  test('a setting without effect is named', () => {
    expect(renderMarkdown(sampleResult({ warnings: [idleSetting] }))).toContain(
      '## Settings without effect\n\n- exemptions.0.entity: no root, OU or account',
    );
    expect(renderMarkdown(sampleResult())).not.toContain('Settings without effect');
  });

  test('the difference is fenced and the findings are a table', () => {
    const text = renderMarkdown(sampleResult());
    expect(text).toContain('| Amazon Lex `lex` | 2026-04-25 | 213 |');
    expect(text).toContain('```diff\n');
    expect(text).toContain('\n+      "Sid": "DenyUnusedServices",');
  });

  test('a name is text, never markup', () => {
    const text = renderMarkdown(hostileResult('<b>|**x** [a](http://x) ```'));
    expect(text).toContain('\\<b\\>\\|\\*\\*x\\*\\* \\[a\\](http://x) \\`\\`\\`');
    expect(text).not.toMatch(/^[^+\-` ].*<b>/m);
  });
});
