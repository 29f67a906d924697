import { constants } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadArguments } from './arguments.ts';

/** Makes sure that a folder exists and can be written to, before minutes are spent on what goes into it. Throws `BadArguments`. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** Writes one file into the folder and answers its path. Throws `BadArguments` where the system refuses. */
export async function writeInto(folder: string, name: string, content: string): Promise<string> {
  const path = join(folder, name);
  try {
    await writeFile(path, content);
  } catch (error) {
    throw notWritable(path, error);
  }
  return path;
}

function notWritable(path: string, error: unknown): BadArguments {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
  return new BadArguments(`--out: ${path} cannot be written (${code}); choose another folder`);
}
