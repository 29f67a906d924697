import { runCommand } from '../../cli/main.ts';
import { keys } from '../web/site.ts';

/** How a command ended and what it wrote. */
export interface Said {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `oar` with the access key of somebody, as a person does at a terminal. */
export async function oar(who: keyof typeof keys, ...args: readonly string[]): Promise<Said> {
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
    },
  });
  return { code, output, errors };
}
