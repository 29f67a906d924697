import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  type FirstAnswers,
  type FirstQuestion,
  firstConfiguration,
} from '../core/base/first-configuration.ts';
import { textOfFile } from '../core/base/text-of-file.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { BadArguments, readOptions } from './arguments.ts';
import type { Command, Terminal } from './command.ts';

const help = `Write the first reviewer.config.json. It observes: findings and messages about them, and nothing is proposed.

  oar init [options]     asks for what the options do not say

  --account ID           the management account in which the stack is to be
  --ou ID                the OU that the first weeks look at (left out: the whole organization)
  --approvers LIST       "Ana Diaz <ana@example.com>, Ben Okafor <ben@example.com> arn:aws:iam::111111111111:role/Ben"
                         the ARNs by which somebody decides with AWS credentials may follow the address
  --operators LIST       e-mail addresses that hear of alarms, or none
  --yes                  ask nothing: what the options do not say is left out
  --out FILE             another file than the installation's

A file that sets anything is never overwritten. docs/deploy.md says what comes next.
`;

const options = {
  account: { type: 'string' },
  ou: { type: 'string' },
  approvers: { type: 'string' },
  operators: { type: 'string' },
  yes: { type: 'boolean' },
  out: { type: 'string' },
} as const;

const questions: Readonly<Record<FirstQuestion, string>> = {
  account: 'Management account (12 digits): ',
  ou: 'OU for the first weeks (ou-…; empty: the whole organization): ',
  approvers: 'Approvers (Ana Diaz <ana@example.com>, …; empty: later): ',
  operators: 'Who hears of alarms (e-mail addresses, …; none: nobody): ',
};
const order: readonly FirstQuestion[] = ['account', 'ou', 'approvers', 'operators'];

/** `oar init`: the first configuration, from options or from answers at the terminal. */
export const initCommand: Command = {
  summary: 'write the first configuration, which only observes',
  help,
  run: async (args, terminal) => {
    const { out, yes = false, ...given } = readOptions(args, options);
    const path = out ?? fileURLToPath(new URL('../reviewer.config.json', import.meta.url));
    const isNew = await refuseToOverwrite(path);
    const configuration = await configured(given, yes, terminal);
    await write(path, `${JSON.stringify(configuration, null, 2)}\n`, isNew);
    terminal.write(
      `${visibleText(path)} is written: it observes, and nothing is proposed. Next: npx sls deploy (docs/deploy.md)\n`,
    );
    return 0;
  },
};

/** Whether the file does not exist yet. One that sets nothing but its schema is the shipped one. Throws `BadArguments` for any other. */
async function refuseToOverwrite(path: string): Promise<boolean> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw new BadArguments(`--out: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (setsNothing(textOfFile(bytes))) return false;
  throw new BadArguments(
    `--out: ${path} is there and is not overwritten: change it by hand, or name another file`,
  );
}

function setsNothing(text: string): boolean {
  try {
    const parsed = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return false;
    return Object.keys(parsed).every((key) => key === '$schema');
  } catch {
    return false;
  }
}

/** The configuration that options and answers make; a wrong answer is asked for again, a wrong option is an error. */
async function configured(
  given: Partial<Record<FirstQuestion, string>>,
  isSilent: boolean,
  terminal: Terminal,
): Promise<Readonly<Record<string, unknown>>> {
  let answers: FirstAnswers = { account: null, ou: null, approvers: null, operators: null, ...given };
  const check = (candidate: FirstAnswers) => {
    const made = firstConfiguration(candidate);
    return made.ok ? { made: made.value, problem: null } : { made: null, problem: made.reasons[0].detail };
  };
  const first = check(answers);
  if (first.problem !== null) throw new BadArguments(first.problem);
  const missing = order.filter((question) => given[question] === undefined);
  if (isSilent || missing.length === 0) return first.made;
  const { ask } = terminal;
  if (ask === undefined)
    throw new BadArguments(
      `${missing.map((question) => `--${question}`).join(', ')}: nobody is at a terminal to be asked: give these options, or --yes to leave them out`,
    );
  let { made } = first;
  for (const question of missing) {
    for (;;) {
      const answer = (await ask(questions[question])).trim();
      const next = check({ ...answers, [question]: answer === '' ? null : answer });
      const isMissing = answer === '' && (question === 'account' || question === 'operators');
      if (next.problem === null && !isMissing) {
        answers = { ...answers, [question]: answer === '' ? null : answer };
        made = next.made;
        break;
      }
      terminal.note(`${visibleText(next.problem ?? `--${question}: an answer is needed`)}\n`);
    }
  }
  return made;
}

async function write(path: string, text: string, isNew: boolean): Promise<void> {
  try {
    // A file that came meanwhile is not overwritten either.
    await writeFile(path, text, { flag: isNew ? 'wx' : 'w' });
  } catch (error) {
    throw new BadArguments(`--out: ${path} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}
