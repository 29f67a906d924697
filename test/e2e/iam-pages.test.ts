import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { identitiesReport } from '../../web/identities/report.ts';
import { reviewedStory } from '../support/iam-changes.ts';
import { openSite, type Site } from '../web/site.ts';
import { browserPath, isJudgedIn, noBrowser, openBrowser } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const stories = ['paulo', 'martha', 'nikki'] as const;
const looks = [
  { scheme: 'light', width: 1280 },
  { scheme: 'dark', width: 390 },
] as const;
const longName = (text: string): string =>
  text.replaceAll('security-team', `security-team-${'x'.repeat(110)}`).replaceAll('nikhilj', 'n'.repeat(64));

if (browserPath === null) {
  test('what the pages and reports of identities look like', () => console.log(noBrowser));
} else {
  describe('what the pages and reports of identities look like', () => {
    let site: Site;
    let browser: Browser;
    const folder = mkdtempSync(join(tmpdir(), 'identities-'));
    const addresses = new Map<string, string>();
    beforeAll(async () => {
      site = await openSite({});
      browser = await openBrowser();
      for (const story of stories) {
        const { changes, result } = reviewedStory(story, longName);
        writeFileSync(join(folder, `${story}.html`), identitiesReport(result));
        addresses.set(`report ${story}`, `file://${join(folder, `${story}.html`)}`);
        for (const [index, content] of changes.entries()) {
          const { record } = await site.put(content);
          const token = await site.link(record.id, 'ana');
          addresses.set(`page ${story} ${index}`, `${site.gateway.url}/changes/${record.id}?token=${token}`);
        }
      }
    });
    afterAll(async () => {
      await browser.close();
      await site.close();
      rmSync(folder, { recursive: true });
    });

    test.each(looks)(
      'no rule of accessibility is broken, nothing sticks out: $scheme, $width px',
      async (look) => {
        const { scheme, width } = look;
        const context = await browser.newContext({
          bypassCSP: true,
          colorScheme: scheme,
          viewport: { width, height: 900 },
        });
        const page = await context.newPage();
        for (const [at, [name, url]] of [...addresses].entries()) {
          await page.goto(url);
          if (isJudgedIn(look, looks, at)) {
            await page.evaluate(axe);
            const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
            const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
            const broken = violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
            expect({ name, broken }).toEqual({ name, broken: [] });
          }
          const isWide = await page.evaluate(
            'document.documentElement.scrollWidth > document.documentElement.clientWidth',
          );
          expect({ name, isWide }).toEqual({ name, isWide: false });
        }
        await context.close();
      },
    );

    test('every word in a box of a drawing stays inside it', async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      for (const [name, url] of addresses) {
        if (!name.startsWith('report')) continue;
        await page.goto(url);
        const outside = await page.evaluate(`[...document.querySelectorAll('.paths svg')].flatMap((svg) => {
          const boxes = [...svg.querySelectorAll('rect')].map((box) => box.getBBox());
          return [...svg.querySelectorAll('text')].flatMap((text) => {
            const { x, y, width } = text.getBBox();
            const isIn = boxes.some((box) => x >= box.x && y >= box.y && x + width <= box.x + box.width && y <= box.y + box.height);
            return isIn ? [] : [text.textContent];
          });
        })`);
        expect({ name, outside }).toEqual({ name, outside: [] });
      }
      await page.close();
    });
  });
}
