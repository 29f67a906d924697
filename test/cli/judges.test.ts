import { expect, test } from '@jest/globals';
import { renderChange } from '../../cli/render/changes.ts';
import { renderMarkdown } from '../../cli/render/markdown.ts';
import { paintOf } from '../../cli/render/text.ts';
import { sampleResult } from './sample-result.ts';

const look = { colour: false, columns: 400 };
const detail = 'nothing that was called would have been denied';

test.each([
  ['ok', 'What would this have blocked? Nothing that was called would have been denied.'],
  [
    'not-proven',
    'What would this have blocked? Nobody knows: nothing that was called would have been denied.',
  ],
] as const)(
  'terminal and Markdown say who judged a change, and what it would have blocked: %s',
  (verdict, words) => {
    const result = sampleResult();
    const [first] = result.changes;
    if (first === undefined) throw new Error('the sample has no change');
    const change = {
      ...first,
      certificate: { ok: true, checks: [{ name: 'replay', verdict, detail }] },
    } as const;
    const markdown = renderMarkdown({ ...result, changes: [change] });
    for (const text of [renderChange(change, look, paintOf(false)).join('\n'), markdown]) {
      expect(text).toContain("Judged by AWS's access reports");
      expect(text).toContain(words);
    }
  },
);
