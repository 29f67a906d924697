import { constants } from 'node:fs';
import { access, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BadArguments } from './arguments.ts';
import type { Terminal } from './command.ts';
import type { Look } from './render/text.ts';

/** How the name of a file ends, by its format. */
export const extensions = {
  table: 'txt',
  json: 'json',
  csv: 'csv',
  markdown: 'md',
  html: 'html',
  sarif: 'sarif',
} as const;

/** A file has no terminal around it. */
export const fileLook: Look = { columns: 100, colour: false };

/** Writes a rendering to the terminal, or as a file into the folder, whose path is then said. Throws `BadArguments`. */
export async function writeOut(
  terminal: Terminal,
  folder: string | undefined,
  name: string,
  render: (look: Look) => string,
): Promise<void> {
  if (folder === undefined) terminal.write(render(terminal.look));
  else terminal.write(`${await writeInto(folder, name, render(fileLook))}\n`);
}

/** Makes sure that a folder exists and can be written to, before minutes are spent on what goes into it. Throws `BadArguments`. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    await access(folder, constants.W_OK);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** Makes a folder and those above it. Node.js's own recursive `mkdir` never ends where the system answers ENOENT below an existing folder, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (await isFolder(folder)) return;
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
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
  return new BadArguments(`--out: ${path} cannot be written (${codeOf(error)}); choose another folder`);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
