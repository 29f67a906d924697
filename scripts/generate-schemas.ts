import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationSchemaFile } from '../core/base/configuration-schema-file.ts';
import { decisionSchemaFile } from '../core/message/decision-line.ts';
import { eventSchemaFiles } from '../core/message/event-schema-files.ts';
import { iamSchemaFiles } from '../core/message/iam-schemas.ts';

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
