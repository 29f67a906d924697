#!/usr/bin/env node
import '../scripts/node-notice.cjs';
import { importBundled } from '../scripts/bundled.mjs';

const { main } = await importBundled(new URL('main.ts', import.meta.url).href);
await main(process.argv.slice(2));
