import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { happened, openSite, type Site } from '../web/site.ts';
import { browserPath, noBrowser, openBrowser } from './browser.ts';

/** A page load takes far longer than a bare request: so many of them stand for the rounds of those. */
const rounds = Number(process.env.GET_ROUNDS ?? 5);

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
        const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
        const posts: string[] = [];
        page.on('request', (request) => {
          if (request.method() !== 'GET') posts.push(request.method());
        });
        for (let round = 0; round < rounds; round += 1) {
          for (const address of addresses) {
            const answer = await page.goto(address);
            expect(answer?.status()).toBe(200);
            // Whatever could be followed stays on the page.
            if (round > 0) continue;
            const links = await page.locator('a').all();
            for (const link of links) expect(await link.getAttribute('href')).toMatch(/^#/);
            expect(await page.locator('script, iframe, img, object, embed').count()).toBe(0);
          }
        }
        expect(posts).toEqual([]);
        expect(await site.rows()).toBe(before);
      },
    );
  });
}
