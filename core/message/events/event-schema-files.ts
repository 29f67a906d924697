import * as z from 'zod/mini';
import { type DetailType, eventData, eventDetail } from './event-schemas.ts';

/** The file name of an event's schema under `docs/events/`: `scp-change-proposed.schema.json`. */
function schemaFileName(type: DetailType): string {
  return `${type.toLowerCase().replaceAll(' ', '-')}.schema.json`;
}

/** One JSON Schema (2020-12) for the `detail` of each event, by file name: generated from the schemas that the code itself uses. */
export function eventSchemaFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const type of Object.keys(eventData) as DetailType[]) {
    const schema = { title: type, ...z.toJSONSchema(eventDetail(type), { target: 'draft-2020-12' }) };
    files.set(schemaFileName(type), `${JSON.stringify(schema, null, 2)}\n`);
  }
  return files;
}
