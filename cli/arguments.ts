import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestTo } from '../core/base/nearest.ts';

/** A mistake in what was typed: one line that names the argument and the way out. */
export class BadArguments extends Error {
  override readonly name = 'BadArguments';
}

/** Options of a command in the form that `parseArgs` of `node:util` takes. */
export type Options = NonNullable<ParseArgsConfig['options']>;

/** The values of the options that were given; one that takes a text gives a text, a flag gives true. */
export type OptionValues<Known extends Options> = {
  readonly [Name in keyof Known]?: Known[Name]['type'] extends 'boolean' ? boolean : string;
};

/** Reads options strictly: unknown ones, missing values, repeated ones and stray words throw `BadArguments`. */
export function readOptions<Known extends Options>(
  args: readonly string[],
  options: Known,
): OptionValues<Known> {
  // Lenient parsing, then our own checks: Node's messages span lines and cannot name the nearest option.
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string | boolean> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') throw new BadArguments(`${token.value}: not expected here`);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option)
      throw new BadArguments(
        unknownName(
          token.rawName,
          Object.keys(options).map((name) => `--${name}`),
        ),
      );
    if (token.name in values) throw new BadArguments(`--${token.name}: given twice`);
    values[token.name] = valueGiven(token, option.type === 'string');
  }
  return values as OptionValues<Known>;
}

/** `X is not known; did you mean Y?`, or the list of what is known where nothing is near. */
export function unknownName(name: string, known: readonly string[]): string {
  const nearest = nearestTo(name, known);
  if (known.length === 0) return `${name} is not known: there is none`;
  return nearest === null
    ? `${name} is not known; known: ${known.join(', ')}`
    : `${name} is not known; did you mean ${nearest}?`;
}

/** The verb of a command, or `BadArguments` that says which there are. */
export function verbOf<Verb extends string>(
  command: string,
  given: string | undefined,
  verbs: readonly Verb[],
): Verb {
  const found = verbs.find((verb) => verb === given);
  if (found !== undefined) return found;
  throw new BadArguments(
    given === undefined
      ? `${command}: give one of ${verbs.join(', ')}`
      : `${command}: ${unknownName(given, verbs)}`,
  );
}

/** Throws `BadArguments` where two options are given of which one would be ignored. */
export function refuseTogether(
  given: Readonly<Record<string, unknown>>,
  pairs: readonly (readonly [string, string])[],
): void {
  for (const [one, other] of pairs)
    if (given[one] !== undefined && given[other] !== undefined)
      throw new BadArguments(`--${one} and --${other}: give one of them`);
}

/** The text, if it is one of those allowed. Throws `BadArguments` that names the option. */
export function oneOf<Word extends string>(option: string, text: string, allowed: readonly Word[]): Word {
  const found = allowed.find((word) => word === text);
  if (found === undefined)
    throw new BadArguments(
      `${option} ${text}: must be ${allowed.join(', ').replace(/, ([^,]*)$/, ' or $1')}`,
    );
  return found;
}

function valueGiven(
  token: {
    readonly rawName: string;
    readonly value?: string | undefined;
    readonly inlineValue?: boolean | undefined;
  },
  wantsText: boolean,
): string | boolean {
  const { rawName, value } = token;
  if (!wantsText) {
    if (value !== undefined) throw new BadArguments(`${rawName}: takes no value`);
    return true;
  }
  const isMissing = value === undefined || value === '' || (value.startsWith('--') && !token.inlineValue);
  if (isMissing) throw new BadArguments(`${rawName}: a value is missing`);
  return value;
}
