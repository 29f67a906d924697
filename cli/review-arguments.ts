import { pastedId } from '../core/change/links/pasted.ts';
import type { ReviewEvent } from '../core/review/review-event.ts';
import { BadArguments, type OptionValues, oneOf, readOptions, refuseTogether } from './arguments.ts';

/** The forms in which a review of any kind can be written. */
export const formats = ['table', 'json', 'csv', 'markdown', 'html'] as const;

/** One form in which a review of any kind can be written. */
export type Format = (typeof formats)[number];

/** The forms in which a review of the organization can be written. */
export const reviewFormats = [...formats, 'sarif'] as const;

/** One form in which a review of the organization can be written. */
export type ReviewFormat = (typeof reviewFormats)[number];

const depths = ['ou', 'account'] as const;
const kinds = ['lapsed', 'never-used'] as const;

/** What `oar review` was asked to do. */
export interface ReviewArguments {
  readonly event: ReviewEvent;
  readonly format: ReviewFormat;
  /** The folder to write into; null: standard output. */
  readonly out: string | null;
  /** A configuration file of its own; null: the installation's. */
  readonly config: string | null;
  readonly failOnFindings: boolean;
  /** The first screen of the table alone. */
  readonly summary: boolean;
  /** Say what would be asked, and ask nothing. */
  readonly plan: boolean;
}

/** The options that say what is reviewed. */
export const eventOptions = {
  scope: { type: 'string' },
  days: { type: 'string' },
  depth: { type: 'string' },
  kinds: { type: 'string' },
  policy: { type: 'string' },
} as const;

const options = {
  ...eventOptions,
  'as-of': { type: 'string' },
  config: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  'fail-on-findings': { type: 'boolean' },
  summary: { type: 'boolean' },
  plan: { type: 'boolean' },
} as const;

/** The option by which each field of a review event is given, so that an error about the field names what was typed. */
export const optionsByField: Readonly<Record<string, string>> = {
  scope: '--scope',
  thresholdDays: '--days',
  asOf: '--as-of',
  depth: '--depth',
  kinds: '--kinds',
  policyId: '--policy',
  accountId: '--account',
  group: '--group',
  user: '--user',
  role: '--role',
  policy: '--policy',
  path: '--path',
  all: '--all',
  level: '--level',
  ou: '--ou',
};

/** Reads the arguments of `oar review`: always a dry run. Throws `BadArguments`. */
export function readReviewArguments(args: readonly string[]): ReviewArguments {
  const given = readOptions(args, options);
  refuseTogether(given, [
    ['plan', 'out'],
    ['plan', 'summary'],
    ['plan', 'fail-on-findings'],
  ]);
  const format = oneOf('--format', given.format ?? 'table', reviewFormats);
  if (given.summary && format !== 'table') throw new BadArguments('--summary: only with --format table');
  const event: ReviewEvent = {
    dryRun: true,
    ...eventOf(given),
    ...(given['as-of'] === undefined ? {} : { asOf: given['as-of'] }),
  };
  return {
    event,
    format,
    out: given.out ?? null,
    config: given.config ?? null,
    failOnFindings: given['fail-on-findings'] === true,
    summary: given.summary === true,
    plan: given.plan === true,
  };
}

/** The fields of a review event that were given. Throws `BadArguments`. */
export function eventOf(given: OptionValues<typeof eventOptions>): Omit<ReviewEvent, 'asOf' | 'dryRun'> {
  return {
    ...(given.scope === undefined ? {} : { scope: pastedId(given.scope, 'entity') }),
    ...(given.days === undefined ? {} : { thresholdDays: daysOf(given.days) }),
    ...(given.depth === undefined ? {} : { depth: oneOf('--depth', given.depth, depths) }),
    ...(given.kinds === undefined ? {} : { kinds: kindsOf(given.kinds) }),
    ...(given.policy === undefined ? {} : { policyId: pastedId(given.policy, 'policy') }),
  };
}

/** A number of days from `--days`. Throws `BadArguments`. */
export function daysOf(text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 399) throw new BadArguments(`--days ${text}: must be a whole number from 1 to 399`);
  return days;
}

function kindsOf(text: string): ('lapsed' | 'never-used')[] {
  return text.split(',').map((kind) => oneOf('--kinds', kind.trim(), kinds));
}
