import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationSchemaFile } from '../core/base/configuration-schema-file.ts';
import { decisionSchemaFile } from '../core/message/events/decision-line.ts';
import { eventSchemaFiles } from '../core/message/events/event-schema-files.ts';
import { iamSchemaFiles } from '../core/message/events/iam-schemas.ts';

for (const [name, files] of [
  [
    '',
    [
      ['configuration.schema.json', configurationSchemaFile()],
      ['decision.schema.json', decisionSchemaFile()],
    ],
  ],
  ['events/', eventSchemaFiles()],
  ['iam/', iamSchemaFiles()],
] as const) {
  const folder = new URL(`../docs/${name}`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of files) writeFileSync(new URL(file, folder), text);
}
