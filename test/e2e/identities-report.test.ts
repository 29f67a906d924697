import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { closeBoxes, openBox } from '../adapters/box.ts';
import { identities } from '../support/identities-on-the-wire.ts';
import { browserPath, noBrowser, openBrowser } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = process.env.UPDATE_SCREENSHOTS === '1' ? 'docs/screenshots' : null;

if (browserPath === null) {
  test('what the report of identities looks like', () => console.log(noBrowser));
} else {
  describe('what the report of identities looks like', () => {
    let browser: Browser;
    let report: string;
    beforeAll(async () => {
      await openBox({ scenario: 'which-policy' });
      report = (await identities('review', '--user', 'nikhilj', '--format', 'html')).output;
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await closeBoxes();
    });

    test.each([
      { scheme: 'light', width: 1200, keeps: true },
      { scheme: 'dark', width: 390, keeps: false },
    ] as const)(
      'no rule of accessibility is broken, nothing sticks out: $scheme, $width px',
      async ({ keeps, scheme, width }) => {
        const context = await browser.newContext({
          bypassCSP: true,
          colorScheme: scheme,
          viewport: { width, height: 900 },
        });
        const page = await context.newPage();
        await page.setContent(report);
        await page.evaluate(axe);
        const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
        const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
        expect(
          await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth'),
        ).toBe(false);
        // The paths by which nikhilj comes by each service are a picture with words beside it.
        expect(await page.locator('svg').count()).toBeGreaterThan(0);
        if (screenshots !== null && keeps) {
          mkdirSync(screenshots, { recursive: true });
          await page.screenshot({
            path: `${screenshots}/identities-report-desktop-${scheme}.png`,
            fullPage: true,
          });
          const findings = page.locator('section[aria-labelledby="findings"]');
          await findings.screenshot({ path: `${screenshots}/readme-identities.png` });
        }
        await context.close();
      },
    );
  });
}
