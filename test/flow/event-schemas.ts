import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RecordedEvent } from '../../sandbox/events.ts';

const folder = join(import.meta.dirname, '../../docs/events');
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
const validators = new Map(
  readdirSync(folder).map((name) => {
    const schema = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { readonly title: string };
    return [schema.title, ajv.compile(schema)];
  }),
);

/** The committed schemas, by file name. */
export function committedSchemas(): ReadonlyMap<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** What the committed schemas say against events that were sent, a line each. */
export function unknownEvents(events: readonly RecordedEvent[]): readonly string[] {
  return events.flatMap(({ detail, detailType }) => {
    const validate = validators.get(detailType);
    if (!validate) return [`${detailType}: there is no schema`];
    return validate(detail) ? [] : [`${detailType}: ${ajv.errorsText(validate.errors)}`];
  });
}
