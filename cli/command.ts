import type { Look } from './render/text.ts';

/** What a command may do to the terminal it runs in. */
export interface Terminal {
  /** How standard output wants to be written to. */
  readonly look: Look;
  /** Whether standard error is a terminal, where progress is wanted. */
  readonly wantsProgress: boolean;
  /** Writes the result to standard output. */
  write(text: string): void;
  /** Writes to standard error. */
  note(text: string): void;
  /** Asks whoever is at the terminal; absent where nobody is. */
  readonly ask?: (question: string) => Promise<string>;
}

/** One subcommand of `oar`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text of `--help`. */
  readonly help: string;
  /** Runs with the arguments behind the command's name; answers the exit code. Throws `BadArguments`, `BadEvent` and `AwsRefusal`. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}
