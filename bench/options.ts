import { parseArgs } from 'node:util';

/** What a run was asked for. */
export interface Options {
  /** Print the rows as one JSON array and nothing else. */
  readonly json: boolean;
  /** End within a minute. */
  readonly quick: boolean;
  /** The one figure to measure, or null for all. */
  readonly only: string | null;
}

/** Reads the arguments, or says in one line what is wrong with them. */
export function readOptions(
  given: readonly string[],
  figures: readonly string[],
): Options | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
      },
    });
    const only = values.only ?? null;
    if (only !== null && !figures.includes(only))
      return { problem: `--only ${only}: the figures are ${figures.join(', ')}` };
    return { json: values.json, quick: values.quick, only };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { problem: `${said} (known: --json, --quick, --only FIGURE)` };
  }
}
