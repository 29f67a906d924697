import { runCommand } from '../../cli/main.ts';
import { keys } from '../web/site.ts';

/** What a command printed, and its exit code. */
export interface Said {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `oar` with the access key of somebody, as a person does at a terminal. */
export function oar(who: keyof typeof keys, ...args: readonly string[]): Promise<Said> {
  return oarHeard(who, args, () => undefined);
}

/** The same for whoever listens: told all that stands on standard error so far. */
export async function oarHeard(
  who: keyof typeof keys,
  args: readonly string[],
  hear: (errors: string) => void,
): Promise<Said> {
  process.env.AWS_ACCESS_KEY_ID = keys[who];
  let [output, errors] = ['', ''];
  const code = await runCommand(args, {
    look: { columns: 100, colour: false },
    wantsProgress: false,
    write: (text) => {
      output += text;
    },
    note: (text) => {
      errors += text;
      hear(errors);
    },
  });
  return { code, output, errors };
}

/** A day in a month, as people type it. */
export const inThirtyDays = (): string => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
