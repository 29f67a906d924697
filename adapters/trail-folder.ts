import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { textOfFile } from '../core/base/text-of-file.ts';
import type { Trail, TrailFile } from './trail-ports.ts';

const unzip = promisify(gunzip);
/** Far above what CloudTrail writes into one file, unzipped, in bytes: a file that unzips to more is not one of its files. */
const mostBytes = 200_000_000;
/** Beside the files of records CloudTrail keeps digests and insights (CloudTrail User Guide, "Finding your CloudTrail log files"). */
const otherFolders: ReadonlySet<string> = new Set(['CloudTrail-Digest', 'CloudTrail-Insight']);

/** A folder with the files of a trail, `.json` and `.json.gz`, as they lie below `AWSLogs` in the bucket. Links are not followed. */
export function createTrailFolder(folder: string): Trail {
  return { files: () => filesBelow(folder, folder) };
}

async function* filesBelow(root: string, folder: string): AsyncGenerator<TrailFile> {
  const name = relative(root, folder) || '.';
  const entries = await entriesOf(folder);
  if (typeof entries === 'string') {
    yield { name, failure: entries };
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!otherFolders.has(entry.name)) yield* filesBelow(root, path);
    } else if (/\.json(\.gz)?$/.test(entry.name)) {
      yield { name: relative(root, path), ...(await recordsIn(path, entry)) };
    }
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[] | string> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return `cannot be read (${codeOf(error)})`;
  }
}

async function recordsIn(
  path: string,
  entry: Dirent,
): Promise<{ readonly records: readonly unknown[] } | { readonly failure: string }> {
  if (!entry.isFile()) return { failure: 'is no file of its own: links are not followed' };
  try {
    if ((await stat(path)).size > mostBytes) return { failure: 'is larger than any file of CloudTrail' };
    const bytes = await readFile(path);
    const text = path.endsWith('.gz') ? await unzip(bytes, { maxOutputLength: mostBytes }) : bytes;
    const { Records: records } = (JSON.parse(textOfFile(text)) ?? {}) as { readonly Records?: unknown };
    return Array.isArray(records) ? { records } : { failure: 'has no list "Records"' };
  } catch (error) {
    if (error instanceof SyntaxError) return { failure: 'is not JSON' };
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') return { failure: 'is larger than any file of CloudTrail' };
    return { failure: `cannot be read (${codeOf(error)})` };
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  return 'code' in error ? String(error.code) : error.name;
}
