import { mkdirSync, writeFileSync } from 'node:fs';
import { eventSchemaFiles } from '../core/message/event-schema-files.ts';

const folder = new URL('../docs/events/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of eventSchemaFiles()) writeFileSync(new URL(name, folder), text);
