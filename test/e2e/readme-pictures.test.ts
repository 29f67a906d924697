import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { renderReview } from '../../cli/render/review.ts';
import { reviewView } from '../../core/message/slack/review-view.ts';
import { renderInboxPage } from '../../sandbox/inbox-page.ts';
import { lived } from '../change/lives.ts';
import { proposal } from '../change/samples.ts';
import { firstOfTenPorts } from '../demo/ports.ts';
import { viewOf } from '../message/sample-view.ts';
import { bundleProgram } from '../support/program.ts';
import { smallContent } from '../web/sample-changes.ts';
import { openBrowser } from './browser.ts';

// The pictures that the README begins with, from the demo as a person plays it: made anew on request, judged by other tests.
const isWanted = process.env.UPDATE_SCREENSHOTS === '1';
const folder = 'docs/screenshots';
const width = 900;

interface Played {
  readonly inboxUrl: string;
  readonly review: Parameters<typeof renderReview>[0];
  readonly changes: readonly { readonly approvalUrls: Readonly<Record<string, string>> }[];
}

(isWanted ? test : test.skip)('the pictures of the README', async () => {
  mkdirSync(folder, { recursive: true });
  const program = await bundleProgram('demo/main.ts');
  const demo = spawn(process.execPath, [program.path, '--json', '--port', String(firstOfTenPorts())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const browser = await openBrowser();
  try {
    const [line] = await once(createInterface({ input: demo.stdout }), 'line');
    const { changes, inboxUrl, review } = JSON.parse(line) as Played;
    const page = await browser.newPage({ viewport: { width, height: 1_000 }, deviceScaleFactor: 2 });

    await page.setContent(terminal(renderReview(review, { columns: 100, colour: true })));
    await pictureOf(page, 'terminal', 900);
    await page.goto(Object.values(changes[0]?.approvalUrls ?? {})[0] ?? '');
    await pictureOf(page, 'page', 1_000);
    await page.goto(inboxUrl);
    await page
      .locator('article.slack')
      .last()
      .screenshot({ path: `${folder}/readme-slack.png` });
  } finally {
    await browser.close();
    demo.kill('SIGKILL');
    program.close();
  }
});

(isWanted ? test : test.skip)('the picture of the modal in Slack', async () => {
  const record = lived(proposal(smallContent()), []);
  const { blocks, submit, title } = reviewView({
    view: viewOf(record),
    reader: { name: 'Ana Diaz', hint: null },
  });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 760, height: 1_000 }, deviceScaleFactor: 2 });
    const shown = {
      channel: 'slack modal',
      to: 'U0ANA',
      subject: title.text,
      text: '',
      sentAt: '2026-03-03T10:00:00Z',
    };
    await page.setContent(
      renderInboxPage([
        { ...shown, blocks: JSON.parse(JSON.stringify(blocks)), ...(submit ? { submit: submit.text } : {}) },
      ]),
    );
    await page.locator('article').screenshot({ path: `${folder}/slack-modal.png` });
  } finally {
    await browser.close();
  }
});

/** The top of a page, as far as a reader looks. */
async function pictureOf(page: Page, name: string, height: number): Promise<void> {
  const whole = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const clip = { x: 0, y: 0, width, height: Math.min(height, whole) };
  await page.screenshot({ path: `${folder}/readme-${name}.png`, fullPage: true, clip });
}

const styles: Readonly<Record<string, string>> = {
  '1': 'font-weight:bold',
  '2': 'color:#9a9a9a',
  '31': 'color:#ff7b72',
  '32': 'color:#7ee787',
  '33': 'color:#e3b341',
  '36': 'color:#79c0ff',
};

const colours = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`, 'g');

/** A terminal's text with its colours as a page. */
function terminal(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const painted = escaped.replaceAll(colours, (_, code: string) =>
    styles[code] === undefined ? '</span>' : `<span style="${styles[code]}">`,
  );
  return `<body style="margin:0;background:#161b22"><pre style="margin:0;padding:16px 20px;color:#e6edf3;font:13px/1.45 monospace">$ npm run demo\n${painted}</pre></body>`;
}
