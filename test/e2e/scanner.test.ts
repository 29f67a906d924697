import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { happened, openSite, type Site } from '../web/site.ts';
import { browserPath, noBrowser, openBrowser } from './browser.ts';

/** A page load takes far longer than a bare request: so many of them stand for the rounds of those. */
const rounds = Number(process.env.GET_ROUNDS ?? 2);
const visitsOfOne = 50;

if (browserPath === null) {
  test('a scanner that is a whole browser', () => console.log(noBrowser));
} else {
  describe('a scanner that is a whole browser', () => {
    let site: Site;
    let browser: Browser;
    beforeAll(async () => {
      site = await openSite();
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await site.close();
    });

    test.each([
      ['with', true],
      ['without', false],
    ])(
      '%s JavaScript opens every address again and again, follows what it finds, and changes no row',
      async (_, javaScriptEnabled) => {
        const addresses: string[] = [];
        for (const [last, purpose] of [
          [null, 'decide'],
          ['approved', 'cancel'],
          ['applied', 'roll-back'],
        ] as const) {
          const { record } = await site.put({}, last === null ? [] : happened(last));
          const token = await site.link(record.id, 'ana', purpose);
          addresses.push(`${site.gateway.url}/changes/${record.id}?token=${token}`);
        }
        const before = await site.rows();
        const posts: string[] = [];
        for (let done = 0; done < rounds; done += visitsOfOne) {
          // A browser forgets nothing of what it has loaded: every so often another one comes.
          const context = await browser.newContext({ javaScriptEnabled });
          const page = await context.newPage();
          page.on('request', (request) => {
            if (request.method() !== 'GET') posts.push(request.method());
          });
          for (const address of addresses) {
            for (let visit = 0; visit < Math.min(visitsOfOne, rounds - done); visit += 1)
              expect((await page.goto(address))?.status()).toBe(200);
            // Whatever could be followed stays on the page.
            for (const link of await page.locator('a').all())
              expect(await link.getAttribute('href')).toMatch(/^#/);
            expect(await page.locator('script, iframe, img, object, embed').count()).toBe(0);
          }
          await context.close();
        }
        expect(posts).toEqual([]);
        expect(await site.rows()).toBe(before);
      },
    );
  });
}
