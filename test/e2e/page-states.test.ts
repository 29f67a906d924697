import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { EventBody } from '../../core/change/life/events.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { reviewedStory } from '../support/iam-changes.ts';
import { largeContent } from '../web/sample-changes.ts';
import { approvalOf, happened, openSite, type Site } from '../web/site.ts';
import { browserPath, isJudgedIn, noBrowser, openBrowser } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = process.env.UPDATE_SCREENSHOTS === '1' ? 'docs/screenshots' : null;
/** axe needs seconds for a long page alone, and the rules that it may break do not depend on the number. */
const many = screenshots === null ? { services: 40, accounts: 40 } : { services: 350, accounts: 1_200 };

interface Look {
  readonly scheme: 'light' | 'dark';
  readonly width: number;
}
/** The pictures that docs/approve.md shows: all of them would be 12 MB. */
const kept: readonly string[] = [
  'proposed-desktop-light',
  'proposed-desktop-dark',
  'proposed-phone-light',
  'proposed-large-desktop-light',
  'refused-phone-dark',
  'approved-spent-desktop-light',
  'applied-roll-back-desktop-light',
  'applied-denied-calls-desktop-light',
  'exempt-for-days-desktop-light',
];

const looks: readonly Look[] = [
  { scheme: 'light', width: 1200 },
  { scheme: 'dark', width: 390 },
  ...(screenshots === null
    ? []
    : ([
        { scheme: 'dark', width: 1200 },
        { scheme: 'light', width: 390 },
      ] as const)),
];

const tomorrow = Date.now() + 86_400_000;
/** Every other state in which a page may be met, with what led to it. */
const otherStates: readonly (readonly [string, ...(string | EventBody)[]])[] = [
  [
    'asked',
    { type: 'asked', approverId: 'ben', question: 'Who runs the bots?' },
    { type: 'handed-over', approverId: 'ben', toApproverId: 'ana', reason: 'Ana owns Lex' },
  ],
  ['rejected', { type: 'rejected', approverId: 'ben', reason: 'we need it', notAgainBefore: tomorrow }],
  ['snoozed', { type: 'snoozed', approverId: 'ben', reason: 'later', until: tomorrow }],
  ['expired', { type: 'expired' }],
  ['superseded', { type: 'superseded', reason: { code: 'TEXT_CHANGED', detail: 'edited by hand' } }],
  ['cancelled', 'approved', { type: 'cancelled', approverId: 'ben', reason: null }],
  ['applying', 'step-sending'],
  ['rolling-back', 'roll-back-requested'],
  [
    'rolled-back',
    'roll-back-requested',
    { type: 'roll-back-step-done', step: 0, outcome: 'restored', detail: 'it has its earlier text again' },
    { type: 'rolled-back' },
  ],
];

/** What is told of a change that is applied: calls that it denied, and an account that came under it. */
const sinceApplied: readonly EventBody[] = [
  {
    type: 'denied-access-observed',
    accountId: '222222222222',
    accountName: 'dev-integration',
    serviceNamespace: 'lex',
    attemptedAt: Date.now() - 600_000,
    region: 'us-east-1',
    principal: 'arn:aws:iam::222222222222:role/nightly-bots',
    action: 'lex:PostText',
    count: 41,
    firstAt: Date.now() - 3_600_000,
  },
];

if (browserPath === null) {
  test('what the page looks like', () => console.log(noBrowser));
} else {
  describe('what the page looks like', () => {
    let site: Site;
    let browser: Browser;
    const states = new Map<string, string>();
    beforeAll(async () => {
      site = await openSite({
        requireProven: ['regions'],
        deployment: { trailLogGroup: 'organization-trail' },
      });
      browser = await openBrowser();
      const address = ({ record }: StoredChange, token: string): string =>
        `${site.gateway.url}/changes/${record.id}?token=${token}`;
      const open = await site.put();
      states.set('proposed', address(open, await site.link(open.record.id, 'ana')));
      const large = await site.put(largeContent(many.services, many.accounts));
      states.set('proposed-large', address(large, await site.link(large.record.id, 'ana')));
      const [ofIam] = reviewedStory('paulo').changes;
      const iam = await site.put(ofIam ?? {});
      states.set('proposed-iam', address(iam, await site.link(iam.record.id, 'ana')));
      const decided = await site.put();
      const used = await site.link(decided.record.id, 'ana');
      await site.post(`/changes/${decided.record.id}/decisions`, {
        ...approvalOf(decided, used),
        accept: ['regions'],
      });
      states.set('approved-spent', address(decided, used));
      const cooling = await site.put({}, happened('approved'));
      states.set('approved-cancel', address(cooling, await site.link(cooling.record.id, 'ben', 'cancel')));
      const applied = await site.put({ policyId: 'p-applied00' }, happened('applied'));
      states.set(
        'applied-roll-back',
        address(applied, await site.link(applied.record.id, 'ben', 'roll-back')),
      );
      const watched = await site.put({ policyId: 'p-watched00' }, [...happened('applied'), ...sinceApplied]);
      const watching = await site.link(watched.record.id, 'ben', 'roll-back');
      states.set('applied-denied-calls', address(watched, watching));
      const exempted = await site.post(`/changes/${watched.record.id}/give-back`, {
        ...{ token: watching, services: ['lex'], principals: 'arn:aws:iam::222222222222:role/nightly-bots' },
        ...{ days: '7', 'exempt-reason': 'the bots answer customers' },
      });
      const [, exempting = ''] = /asked=([^&]+)/.exec(exempted.headers.get('location') ?? '') ?? [];
      states.set('exempt-for-days', address(await site.load(exempting), await site.link(exempting, 'ana')));
      const failed = await site.put({}, happened('refused-and-failed'));
      states.set('apply-failed', address(failed, await site.link(failed.record.id, 'ben')));
      const stuck = await site.put({}, happened('interrupted'));
      states.set('interrupted', address(stuck, await site.link(stuck.record.id, 'ben', 'roll-back')));
      const denied = await site.put({ policyId: 'p-askback0' }, happened('applied'));
      const asking = await site.link(denied.record.id, '#development', 'request-back', { channel: 'slack' });
      states.set('ask-back', address(denied, asking));
      const sent = await site.post(`/changes/${denied.record.id}/request-back`, {
        ...{ token: asking, services: 'lex', name: 'Mia Lund, @mia', reason: 'payroll stopped' },
      });
      states.set('ask-back-sent', `${site.gateway.url}${sent.headers.get('location')}`);
      const [, wanted = ''] = /asked=([^&]+)/.exec(sent.headers.get('location') ?? '') ?? [];
      states.set('asked-back', address(await site.load(wanted), await site.link(wanted, 'ana')));
      for (const [name, ...endings] of otherStates) {
        const change = await site.put(
          {},
          endings.flatMap((ending) => (typeof ending === 'string' ? happened(ending) : [ending])),
        );
        states.set(name, address(change, await site.link(change.record.id, 'ana')));
      }
      states.set('unknown-link', `${site.gateway.url}/changes/${open.record.id}?token=none`);
    });
    afterAll(async () => {
      await browser.close();
      await site.close();
    });

    const look = async ({ scheme, width }: Look, show: (page: Page) => Promise<void>): Promise<void> => {
      const context = await browser.newContext({
        bypassCSP: true,
        colorScheme: scheme,
        viewport: { width, height: 900 },
      });
      try {
        await show(await context.newPage());
      } finally {
        await context.close();
      }
    };
    const violationsOf = async (page: Page): Promise<unknown> => {
      await page.evaluate(axe);
      const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
      return (found as { violations: { id: string; nodes: { html: string }[] }[] }).violations.map(
        ({ id, nodes }) => [id, nodes[0]?.html],
      );
    };
    const keep = async (page: Page, state: string, { scheme, width }: Look): Promise<void> => {
      const name = `${state}-${width === 390 ? 'phone' : 'desktop'}-${scheme}`;
      if (screenshots === null || !kept.includes(name)) return;
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
    };
    const isWide = (page: Page): Promise<boolean> =>
      page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

    test.each(looks)(
      'no rule of accessibility is broken in any state, nothing sticks out: $scheme, $width px',
      async (way) => {
        await look(way, async (page) => {
          for (const [at, [name, url]] of [...states].entries()) {
            await page.goto(url);
            if (isJudgedIn(way, looks, at))
              expect({ name, violations: await violationsOf(page) }).toEqual({ name, violations: [] });
            expect({ name, isWide: await isWide(page) }).toEqual({ name, isWide: false });
            await keep(page, name, way);
          }
          await page.goto(states.get('proposed') ?? '');
          await page.getByRole('button', { name: 'Send decision' }).click();
          await page.getByRole('alert').waitFor();
          expect(await violationsOf(page)).toEqual([]);
          await keep(page, 'refused', way);
          await page.getByRole('radio', { name: /^Not mine/ }).check();
          await page.getByRole('button', { name: 'Send decision' }).click();
          await page.getByRole('alert').getByText('Choose the approver').waitFor();
          expect({ violations: await violationsOf(page), isWide: await isWide(page) }).toEqual({
            ...{ violations: [], isWide: false },
          });
        });
      },
    );

    test('on a phone the first screen says what, why not to worry, until when and where to decide', async () => {
      const context = await browser.newContext({
        javaScriptEnabled: false,
        viewport: { width: 390, height: 844 },
      });
      const page = await context.newPage();
      for (const name of ['proposed', 'proposed-large', 'proposed-iam']) {
        await page.goto(states.get(name) ?? '');
        const ways = await page.getByRole('navigation', { name: 'Your decision' }).boundingBox();
        const end = (ways?.y ?? Number.NaN) + (ways?.height ?? 0);
        expect({ name, end, isSeen: end <= 844 }).toEqual({ name, end, isSeen: true });
        const first = await page.locator('header').innerText();
        for (const words of ['AccessDenied', 'Decide by 20', 'risk', 'Last use', 'Get it back', 'Not now'])
          expect(first).toContain(words);
        expect(await page.locator('header table').count()).toBe(0);
      }
      await page.goto(states.get('proposed-large') ?? '');
      expect(await page.locator('.needed').innerText()).toContain(`+ ${many.services - 5} more`);
      await page.getByRole('link', { name: 'Not now' }).click();
      const box = await page.getByRole('radio', { name: /^Reject/ }).boundingBox();
      expect(box && box.y >= 0 && box.y <= 844).toBe(true);
      await context.close();
    });

    test('services to give back are chosen on a phone without script, beside the roll back', async () => {
      const context = await browser.newContext({
        javaScriptEnabled: false,
        viewport: { width: 390, height: 844 },
      });
      const page = await context.newPage();
      await page.goto(states.get('applied-roll-back') ?? '');
      await page.getByText('Or give back only these services').click();
      expect(await isWide(page)).toBe(false);
      await page.getByRole('checkbox', { name: 'lex Amazon Lex' }).check();
      // What sends one form never sends the other.
      await page.keyboard.press('Enter');
      expect(await page.getByRole('alert').innerText()).toContain('Give a reason');
      expect(await page.getByRole('checkbox', { name: 'lex Amazon Lex' }).isChecked()).toBe(true);
      await page.locator('#field-give-reason').fill('a team needs it');
      await page.getByRole('button', { name: 'Propose to give these back' }).click();
      expect(await page.getByRole('status').innerText()).toContain('waiting for a decision');
      await context.close();
    });

    test('a page with denied calls says that they are watched', async () => {
      const page = await browser.newPage();
      await page.goto(states.get('applied-denied-calls') ?? '');
      const told = await page.locator('main').innerText();
      expect(told).toContain('role/nightly-bots');
      expect(told).toContain('Watched in the organization trail until');
      await page.close();
    });

    test('only the fields of the chosen decision show', async () => {
      const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      await page.goto(states.get('proposed') ?? '');
      const shown = async (): Promise<readonly string[]> => {
        const ids: string[] = [];
        for (const name of ['accept', 'reason', 'until', 'services', 'to', 'confirm'])
          if (await page.locator(`#field-${name}`).isVisible()) ids.push(name);
        return ids;
      };
      expect(await shown()).toEqual(['confirm']);
      for (const [decision, fields] of Object.entries({
        Approve: ['accept'],
        Reject: ['reason'],
        Snooze: ['reason', 'until'],
        Exempt: ['reason', 'until', 'services'],
        // What decides nothing needs no confirmation.
        Ask: ['reason'],
        'Not mine': ['reason', 'to'],
      })) {
        await page.getByRole('radio', { name: new RegExp(`^${decision}`) }).check();
        const confirmed = decision === 'Ask' || decision === 'Not mine' ? [] : ['confirm'];
        expect([decision, ...(await shown())]).toEqual([decision, ...fields, ...confirmed]);
      }
      await page.goto(states.get('proposed-large') ?? '');
      await page.getByRole('radio', { name: /^The lapsed only/ }).check();
      expect(await shown()).toEqual(['confirm']);
      const confirm = page.getByLabel(/To confirm, type/);
      for (const [name, value] of [
        ['autocapitalize', 'none'],
        ['autocorrect', 'off'],
        ['spellcheck', 'false'],
      ] as const)
        expect(await confirm.getAttribute(name)).toBe(value);
      await page.close();
    });

    test('services are chosen from one list that goes down the page, whole groups with one box', async () => {
      const context = await browser.newContext({
        javaScriptEnabled: false,
        viewport: { width: 390, height: 844 },
      });
      const page = await context.newPage();
      await page.goto(states.get('proposed-large') ?? '');
      await page.getByRole('radio', { name: /^Exempt/ }).check();
      const list = page.locator('#field-services');
      expect(await list.locator('[name=services]').count()).toBe(many.services);
      expect(await list.locator('[name=services]').last().isVisible()).toBe(true);
      const lefts = await list
        .locator('[name=services]')
        .evaluateAll((boxes) =>
          boxes.map((box) =>
            Math.round(
              (box as unknown as { getBoundingClientRect(): { left: number } }).getBoundingClientRect().left,
            ),
          ),
        );
      expect(new Set(lefts).size).toBe(1);
      expect(await isWide(page)).toBe(false);
      const lapsed = many.services / 10;
      await page
        .getByRole('checkbox', { name: `All ${many.services - lapsed} services: never used` })
        .check();
      await page.getByLabel(/^Reason/).fill('only what lapsed');
      await page.getByLabel(/To confirm, type/).fill('Development');
      await page.getByRole('button', { name: 'Send decision' }).click();
      expect(await page.getByRole('alert').innerText()).toContain('Give the last day');
      expect(await page.locator('[name=groups]:checked').count()).toBe(1);
      await context.close();
    });

    test('nothing is loaded, nothing is kept and nobody is told', async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(states.get('proposed') ?? '');
      expect(asked.filter((url) => !url.endsWith('/favicon.ico'))).toHaveLength(1);
      expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
      expect(await context.cookies()).toEqual([]);
      await context.close();
    });

    test('a page of another site cannot frame it', async () => {
      const page = await browser.newPage();
      await page.setContent(`<iframe src="${states.get('proposed') ?? ''}"></iframe>`);
      await page.waitForTimeout(300);
      const inside = page.frames()[1];
      expect(await inside?.evaluate('document.body.innerText').catch(() => '')).not.toContain('Deny');
      await page.close();
    });

    test('keyboard alone is enough, in the order of reading', async () => {
      const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      await page.goto(states.get('proposed') ?? '');
      await page.getByRole('link', { name: 'Approve' }).focus();
      await page.keyboard.press('Enter');
      expect(page.url()).toMatch(/#decision-approve$/);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      expect(await page.getByRole('radio', { name: /^Approve/ }).isChecked()).toBe(true);
      await page.close();
    });
  });
}
