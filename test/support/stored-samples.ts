import { readdirSync, readFileSync } from 'node:fs';
import { type RawItem, raw } from './raw-items.ts';

const folder = 'test/cases/storage';

/** The files of stored samples, by their path below the folder of samples, such as `v1/proposed.json`. */
export const sampleFiles: readonly string[] = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.json'))
  .sort();

/** The items of a file of samples, as they were in the table. */
export function sampleItems(file: string): readonly RawItem[] {
  const { items } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as { items: readonly RawItem[] };
  return items.map(raw);
}

/** The same items before they are made raw: their bodies can be read. */
export function readableItems(file: string): readonly RawItem[] {
  return (JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as { items: readonly RawItem[] }).items;
}
