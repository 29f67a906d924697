import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser that is installed, or null; CHROMIUM_PATH names one elsewhere. */
export const browserPath: string | null = places.find((path) => path !== '' && existsSync(path)) ?? null;

/** Starts the installed browser without a window and without anything that it would load by itself. */
export function openBrowser(): Promise<Browser> {
  if (browserPath === null) throw new Error('there is no browser');
  return chromium.launch({
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Whether axe judges the page at this place in this look: in each with LONG=1, else in one of the first two, by turns. */
export function isJudgedIn<Look>(look: Look, looks: readonly Look[], at: number): boolean {
  return Boolean(process.env.LONG) || looks[at % 2] === look;
}

/** What a test file says where there is no browser. */
export const noBrowser = 'skipped: no Chromium is installed (set CHROMIUM_PATH to one)';
