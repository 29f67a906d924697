import { createInterface } from 'node:readline/promises';
import packageFile from '../package.json' with { type: 'json' };
import { BadArguments, unknownName } from './arguments.ts';
import { changesCommand } from './changes.ts';
import { checkMoveCommand } from './check-move.ts';
import type { Command, Terminal } from './command.ts';
import { completionCommand } from './completion.ts';
import { doctorCommand } from './doctor.ts';
import { exemptionsCommand } from './exemptions.ts';
import { failureOf } from './failure.ts';
import { freezeCommand } from './freeze.ts';
import { identitiesCommand } from './identities.ts';
import { initCommand } from './init.ts';
import { replayCommand } from './replay.ts';
import { requestBackCommand } from './request-back.ts';
import { reviewCommand } from './review.ts';
import { reviewsCommand } from './reviews.ts';
import { rolesCommand } from './roles.ts';

const commands: Readonly<Record<string, Command>> = {
  review: reviewCommand,
  reviews: reviewsCommand,
  changes: changesCommand,
  'request-back': requestBackCommand,
  exemptions: exemptionsCommand,
  freeze: freezeCommand,
  identities: identitiesCommand,
  roles: rolesCommand,
  doctor: doctorCommand,
  init: initCommand,
  'check-move': checkMoveCommand,
  replay: replayCommand,
  completion: completionCommand(() => commands),
};

const usualColumns = 100;
const interrupted = 130;

/** Runs `oar` with the arguments behind its name, on this process's terminal, and sets its exit code. */
export async function main(args: readonly string[]): Promise<void> {
  process.once('SIGINT', () => {
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.exit(interrupted);
  });
  // Whoever reads may stop early (`oar … | head`): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  process.exitCode = await runCommand(args, terminalOf(process.stdout, process.stderr));
}

/** Runs one command and answers its exit code: 0 done, 1 refused by AWS, 2 bad arguments, 3 findings where they were to fail. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const [name, ...others] = args;
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      terminal.write(overview());
      return name === undefined ? 2 : 0;
    }
    if (args.includes('--version')) {
      terminal.write(`${packageFile.version}\n`);
      return 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new BadArguments(unknownName(name, Object.keys(commands)));
    if (others.includes('--help') || others.includes('-h')) {
      terminal.write(command.help);
      return 0;
    }
    return await command.run(others, terminal);
  } catch (error) {
    const failure = failureOf(error);
    terminal.note(`${terminal.wantsProgress ? '\r\u001b[K' : ''}${failure.text}\n`);
    return failure.exitCode;
  }
}

function terminalOf(output: NodeJS.WriteStream, errors: NodeJS.WriteStream): Terminal {
  return {
    look: {
      columns: output.columns ?? usualColumns,
      // Knows NO_COLOR, FORCE_COLOR and dumb terminals.
      colour: output.isTTY === true && output.hasColors(),
    },
    wantsProgress: errors.isTTY === true,
    write: (text) => {
      output.write(text);
    },
    note: (text) => {
      errors.write(text);
    },
    ...(process.stdin.isTTY === true && errors.isTTY === true ? { ask: askAt(errors) } : {}),
  };
}

/** Asks one question at the terminal; standard output is kept for results. Rejects where the answer ends before it begins. */
function askAt(errors: NodeJS.WriteStream): (question: string) => Promise<string> {
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: errors });
    try {
      const closed = new Promise<never>((_, reject) =>
        terminal.once('close', () => reject(new BadArguments('no answer: nothing was written'))),
      );
      return await Promise.race([terminal.question(question), closed]);
    } finally {
      terminal.close();
    }
  };
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  oar ${name.padEnd(width)}  ${summary}`,
  );
  return `Finds AWS services and IAM permissions that nobody uses, and lets people decide on taking them away.\n\n${lines.join('\n')}\n\noar COMMAND --help says more about one.\n`;
}
