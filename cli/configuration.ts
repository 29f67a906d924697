import { readFile } from 'node:fs/promises';
import type { Configuration } from '../core/base/configuration.ts';
import { textOfFile } from '../core/base/text-of-file.ts';
import { configurationFrom, loadConfiguration } from '../flow/configuration.ts';
import { BadArguments } from './arguments.ts';

/** The configuration in a file, or the installation's where none is named. Throws `BadArguments`. */
export async function configurationOf(path: string | null): Promise<Configuration> {
  try {
    return path === null
      ? loadConfiguration()
      : configurationFrom(JSON.parse(textOfFile(await readFile(path))), path);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new BadArguments(path === null || said.startsWith(path) ? said : `--config ${path}: ${said}`);
  }
}
