import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { identityStories } from '../../../demo/stories.ts';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import { identities, oar } from '../../support/identities-on-the-wire.ts';

afterEach(closeBoxes);

const readme = readFileSync('docs/identities.md', 'utf8');
const blocks = [...readme.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);

/** The one block that begins with these words. */
function blockOf(start: string): readonly string[] {
  const [block, ...others] = blocks.filter((each) => each.startsWith(start));
  if (block === undefined || others.length > 0)
    throw new Error(`docs/identities.md has not one block of ${start}`);
  return block.trimEnd().split('\n');
}

/** Days and instants are those of the run; how many days ago they were is the story's. */
const undated = (line: string): string =>
  line
    .replace(/\d{4}-\d\d-\d\d/g, 'yyyy-mm-dd')
    .replace(/T\d\d:\d\d:\d\dZ/g, 'Thh:mm:ssZ')
    .trimEnd();

describe('the page on identities', () => {
  test("shows of Paulo's story what the command prints today, shortened", async () => {
    await openBox({ scenario: 'group-to-used-services' });
    const { output } = await identities('review', '--group', 'Development', '--days', '90');
    const printed = output.split('\n').map(undated);
    let from = 0;
    let isCut = true;
    for (const line of blockOf('group Development')) {
      // A blank line or an ellipsis stands where something was left out.
      if (line === '' || line.trim() === '…') isCut = true;
      else {
        const at = printed.indexOf(undated(line), from);
        expect([line, at >= from && (isCut || at === from)]).toEqual([line, true]);
        from = at + 1;
        isCut = false;
      }
    }
  });

  const commands = blockOf('npx oar identities review --group').map((line) => {
    const [, command = '', story = ''] = /^npx oar (.+?) +# (\w+)$/.exec(line) ?? [];
    return [command, story] as const;
  });
  // Each is a whole review.
  (process.env.LONG ? test.each(commands) : test.each(commands.slice(3, 4)))(
    'names a command that answers in the story that it is of: %s (%s)',
    async (command, story) => {
      const { scenario } =
        identityStories[(story === 'any' ? 'arnav' : story) as keyof typeof identityStories];
      await openBox({ scenario });
      const words = command
        .replaceAll("'", '')
        .split(' ')
        .filter((word) => word !== '--out' && word !== 'reports');
      const { code, errors, output } = await oar(...words);
      expect([errors, [0, 3].includes(code)]).toEqual(['', true]);
      expect(output.length).toBeGreaterThan(100);
    },
  );
});
