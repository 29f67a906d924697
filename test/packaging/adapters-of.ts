import { existsSync, readFileSync } from 'node:fs';

/** The files of adapters/aws that a file imports, also through one another. */
export function adaptersOf(path: string, known: Set<string> = new Set()): readonly string[] {
  const text = readFileSync(path, 'utf8');
  for (const [, name = ''] of text.matchAll(/from '\.\/(?:aws\/)?([\w-]+\.ts)'/g)) {
    if (known.has(name) || !existsSync(`adapters/aws/${name}`)) continue;
    known.add(name);
    adaptersOf(`adapters/aws/${name}`, known);
  }
  return [...known];
}
