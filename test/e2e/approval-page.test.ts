import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createHandler } from '../../handlers/approvals.ts';
import { type Gateway, startApiGateway } from '../../sandbox/api-gateway.ts';
import { baseText } from '../flow/organization.ts';
import { openStory, type Story } from '../flow/story.ts';
import { browserPath, noBrowser, openBrowser } from './browser.ts';

if (browserPath === null) {
  test('the story in a browser', () => console.log(noBrowser));
} else {
  describe('the story in a browser, without script', () => {
    let story: Story;
    let gateway: Gateway;
    let browser: Browser;
    let page: Page;
    beforeAll(async () => {
      story = await openStory({ isRealTime: true });
      gateway = await startApiGateway({
        handler: createHandler(story.configuration),
        callerArnOf: story.sandbox.arnOf,
      });
      browser = await openBrowser();
      page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    });
    afterAll(async () => {
      await browser.close();
      await gateway.close();
      await story.close();
    });

    test('open the link, read, forget to confirm, approve, see it applied, roll back', async () => {
      const id = await story.propose();
      const address = `${gateway.url}/changes/${id}?token=${await story.link(id, 'ana', 'decide')}`;
      await page.goto(address);
      expect(await page.locator('h1').textContent()).toBe(
        'Deny 2 unused services in Development (2 accounts)',
      );
      const main = page.getByRole('main');
      for (const words of ['waiting for a decision', 'Ana Diaz', 'NewServiceTest', 'dev-1', '213', '251'])
        expect(await main.textContent()).toContain(words);
      expect(await page.locator('input[type=radio]:checked').count()).toBe(0);

      await page.getByRole('radio', { name: /^Approve/ }).check();
      await page.getByRole('button', { name: 'Send decision' }).click();
      expect(await page.getByRole('alert').textContent()).toContain('Type Development to confirm');
      expect(await page.getByRole('radio', { name: /^Approve/ }).isChecked()).toBe(true);
      expect((await story.load(id)).record.state.status).toBe('proposed');
      await page.getByRole('link', { name: /Type Development to confirm/ }).click();

      await page.getByLabel(/To confirm, type/).fill('Development');
      await page.getByRole('button', { name: 'Send decision' }).click();
      expect(page.url()).toBe(address);
      expect(await page.locator('.badges').textContent()).toContain('approved');
      expect(await page.locator('form').count()).toBe(0);
      await page.reload();
      expect((await story.load(id)).record.state.status).toBe('approved');

      expect(await story.outcome(id)).toBe('applied');
      expect(story.text()).toContain('DenyUnusedServices');
      await page.reload();
      expect(await page.locator('.badges').textContent()).toContain('applied');

      await page.goto(`${gateway.url}/changes/${id}?token=${await story.link(id, 'ben', 'roll-back')}`);
      await page.getByRole('button', { name: 'Roll back now' }).click();
      expect(await page.getByRole('alert').textContent()).toContain('Give a reason');
      await page.getByLabel(/Reason/).fill('a team needs Lex after all');
      await page.getByRole('button', { name: 'Roll back now' }).click();
      expect(await page.locator('.lead').textContent()).toContain('a team needs Lex after all');
      expect(await story.outcome(id)).toBe('rolled-back');
      expect(story.text()).toBe(baseText);
      await page.reload();
      expect(await page.locator('.badges').textContent()).toContain('rolled back');
    });

    test('exempting makes a new revision, which is shown before anybody approves', async () => {
      const own = await openStory();
      const other = await startApiGateway({
        handler: createHandler(own.configuration),
        callerArnOf: own.sandbox.arnOf,
      });
      try {
        const id = await own.propose();
        const until = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
        await page.goto(`${other.url}/changes/${id}?token=${await own.link(id, 'ana', 'decide')}`);
        await page.getByRole('radio', { name: /^Exempt/ }).check();
        await page.getByRole('checkbox', { name: 'lex' }).check();
        await page.getByLabel(/^Until/).fill(until);
        await page.getByLabel(/^Reason/).fill('a pilot with Lex starts in May');
        await page.getByLabel(/To confirm, type/).fill('Development');
        await page.getByRole('button', { name: 'Send decision' }).click();
        expect(await page.locator('h1').textContent()).toBe(
          'Deny 1 unused service in Development (2 accounts)',
        );
        await page.goto(`${other.url}/changes/${id}?token=${await own.link(id, 'ben', 'decide')}`);
        expect(await page.getByRole('main').textContent()).toContain('Ana Diaz exempted lex until');
      } finally {
        await other.close();
        await own.close();
      }
    });
  });
}
