import { readFile, stat } from 'node:fs/promises';
import { systemClock } from '../adapters/clock.ts';
import { createTrailFolder } from '../adapters/trail-folder.ts';
import { wireReview } from '../adapters/wire.ts';
import { isoTime } from '../core/base/iso-time.ts';
import { dayMilliseconds } from '../core/base/limits.ts';
import { textOfFile } from '../core/base/text-of-file.ts';
import { pastedId } from '../core/change/links/pasted.ts';
import type { IamAnswer } from '../core/message/events/iam-schemas.ts';
import { type PolicyDocument, parsePolicy } from '../core/policy/document.ts';
import type { ReplayRequest } from '../core/replay/replay.ts';
import { accountsBelowNames } from '../flow/accounts-below.ts';
import { replayTrail } from '../flow/replay-trail.ts';
import { BadArguments, oneOf, readOptions } from './arguments.ts';
import type { Command } from './command.ts';
import { renderJson } from './render/json.ts';
import { renderReplay, unknownOf } from './render/replay.ts';
import { ask, siteOf, siteOptions } from './site.ts';

const help = `What would an SCP have blocked? Replays the files of a CloudTrail trail against a proposed change, or against a text of your own. Writes nothing.

  oar replay DIR --change ID [options]
  oar replay DIR --policy FILE --targets OU,… [options]

  DIR                  a copy of the trail: its .json and .json.gz files, at any depth, as they lie in the bucket
  --change ID          a change of the site (--url URL, or PAGE_URL; --region REGION)
  --policy FILE        the text of an SCP that would be new at --targets
  --targets OU,…       roots, OUs or accounts, by id, name or path of names; their accounts are read from AWS
  --days N             calls of the last N days count (default: 90)
  --format table|json

Counted are calls that did not fail, by principals that SCPs bind, also where a service called in their name. A call that is not in our table of
events is "not seen", never absent. Exit codes: 0 nothing would have been denied; 3 something would, or perhaps; 1 not known, since
records or accounts are missing; 2 bad arguments.
`;

const formats = ['table', 'json'] as const;
const usualDays = 90;

/** What is replayed, and its name for people. */
type Draft = Pick<ReplayRequest, 'accounts' | 'edit'> & { readonly what: string };

const options = {
  ...siteOptions,
  change: { type: 'string' },
  policy: { type: 'string' },
  targets: { type: 'string' },
  days: { type: 'string' },
  format: { type: 'string' },
} as const;

type Given = ReturnType<typeof readOptions<typeof options>>;

/** `oar replay`: the calls of a trail that an SCP would have denied. */
export const replayCommand: Command = {
  summary: 'what an SCP would have blocked, from files of CloudTrail',
  help,
  run: async ([folder = '', ...others], terminal) => {
    const given = readOptions(others, options);
    if (folder === '' || folder.startsWith('--'))
      throw new BadArguments('replay: give the folder of the trail: oar replay DIR --change ID');
    const format = oneOf('--format', given.format ?? 'table', formats);
    const days = daysOf(given.days);
    await checkFolder(folder);
    const { accounts, edit, what } = await draftOf(given);
    const to = systemClock.now();
    const request = { accounts, edit, to, from: to - days * dayMilliseconds };
    const answer = await replayTrail(createTrailFolder(folder), request);
    const unknown = unknownOf(answer);
    if (format === 'table') terminal.write(renderReplay(answer, what, terminal.look));
    else {
      const blocked = answer.blocked.map((line) => ({ ...line, lastAt: isoTime(line.lastAt) }));
      const span = { from: isoTime(answer.from), to: isoTime(answer.to) };
      terminal.write(renderJson({ ...answer, ...span, what, blocked, unknown }));
    }
    return answer.calls.denied + answer.calls.perhaps > 0 ? 3 : unknown.length > 0 ? 1 : 0;
  },
};

function daysOf(text: string | undefined): number {
  if (text === undefined) return usualDays;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new BadArguments('--days: give whole days from 1 to 9999');
  return Number(text);
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new BadArguments(`DIR: ${folder} is not a folder that can be read`);
}

function draftOf(given: Given): Promise<Draft> {
  const { change, policy, targets } = given;
  if (change !== undefined && policy === undefined && targets === undefined)
    return draftOfChange(change, given);
  if (change === undefined && policy !== undefined && targets !== undefined)
    return draftOfPolicy(policy, targets);
  throw new BadArguments('replay: give either --change ID, or --policy FILE and --targets OU,…');
}

async function draftOfChange(pasted: string, given: Given): Promise<Draft> {
  const id = pastedId(pasted, 'change');
  if (!/^chg-[0-9a-f]{12}$/.test(id))
    throw new BadArguments('--change: a change is named like chg-0123456789ab');
  const { change } = await ask<IamAnswer<'change'>>(siteOf(given), 'GET', `/iam/changes/${id}`);
  if (change.identities !== undefined || change.after === null)
    throw new BadArguments(`--change: ${id} edits no SCP: only denials of SCPs are replayed`);
  return {
    edit: {
      before: change.before === null ? null : documentOf(change.before, `${id}, the text before`),
      after: documentOf(change.after, `${id}, the text after`),
    },
    accounts: new Map(change.accounts.map((account) => [account.id, account.name])),
    what: `${id}, ${change.policy.name} at ${change.targets.map(({ name }) => name).join(', ')}`,
  };
}

async function draftOfPolicy(file: string, targets: string): Promise<Draft> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new BadArguments(`--policy: ${file} cannot be read (${code})`);
  });
  const after = documentOf(textOfFile(bytes), `--policy ${file}`);
  const names = targets.split(',').map((name) => name.trim());
  const found = await accountsBelowNames(wireReview(), names, '--targets');
  return { edit: { before: null, after }, ...found, what: `${file} at ${found.names.join(', ')}` };
}

function documentOf(text: string, what: string): PolicyDocument {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new BadArguments(`${what}: ${parsed.reasons[0].detail}`);
  return parsed.value;
}
