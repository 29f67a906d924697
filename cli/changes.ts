import { pastedId } from '../core/change/links/pasted.ts';
import type { IamAnswer } from '../core/message/events/iam-schemas.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { BadArguments, readOptions, verbOf } from './arguments.ts';
import { exportDecisions } from './changes-export.ts';
import { watchChanges } from './changes-watch.ts';
import type { Command, Terminal } from './command.ts';
import { renderChangeList } from './render/change-list.ts';
import { renderChangeView } from './render/change-view.ts';
import { renderJson } from './render/json.ts';
import { ask, type Site, siteOf, siteOptions } from './site.ts';

const help = `Decide with AWS credentials instead of a link. The request is signed, and whoever signed it is recorded as the one who decided.

  oar changes list [--status STATUS] [--watch] [--json]
          the proposed changes and where each stands; --watch shows them again whenever something changes, until nothing waits
  oar changes show ID [--json]
          one change as its page shows it, with the DIGEST and the NAME that the commands below take
  oar changes approve ID --digest DIGEST --confirm NAME [--accept CHECK,…]
          DIGEST names exactly the text that you read (12 characters are enough); --accept: checks that are not proven
  oar changes reject ID --confirm NAME --reason TEXT
  oar changes snooze ID --confirm NAME --reason TEXT --until 2027-01-31
  oar changes exempt ID --confirm NAME --reason TEXT --until 2027-01-31 --services NS,…
  oar changes narrow ID --confirm NAME --keep lapsed|never-used|NS,… [--reason TEXT]
          make a new revision that denies only this group or these services, and approve nothing;
          the others are not proposed for a while, as after a rejection
  oar changes ask ID --reason TEXT
          send TEXT to the others who may decide
  oar changes hand-over ID --to APPROVER --reason TEXT
          pass the decision to another approver, by id; your links end
  oar changes cancel ID [--reason TEXT]
          before it is applied
  oar changes roll-back ID --reason TEXT
          after it was applied
  oar changes resume ID --reason TEXT
          let an interrupted change go on: look at the SCP first, since you say that the write did not take place
  oar changes give-back ID --services NS,… [--principals ARN,… [--days N]] --reason TEXT
          propose to take services out of what an applied change denies, for everybody or for some principals. Others
          approve it, and once applied it is not rolled back. With --days (90 at most) a review then proposes to deny
          the services to them again, unless they were used; "list" and "show" say who is exempt until when
  oar changes export [--since 2027-01-31]
          JSON lines: who decided what, how they were authenticated, and what was written (docs/decision.schema.json)

NAME is the entity that holds all targets, as its shortest unique path of names. The site is --url URL, or PAGE_URL.
With a page of your own domain (pageDomain), --region REGION names its Region.
`;

const options = {
  ...siteOptions,
  json: { type: 'boolean' },
  watch: { type: 'boolean' },
  status: { type: 'string' },
  digest: { type: 'string' },
  confirm: { type: 'string' },
  reason: { type: 'string' },
  until: { type: 'string' },
  services: { type: 'string' },
  keep: { type: 'string' },
  service: { type: 'string' },
  accept: { type: 'string' },
  principals: { type: 'string' },
  days: { type: 'string' },
  to: { type: 'string' },
  since: { type: 'string' },
} as const;

type Given = ReturnType<typeof readOptions<typeof options>>;

const routes: Readonly<Record<string, 'decisions' | 'cancel' | 'roll-back' | 'resume' | 'give-back'>> = {
  approve: 'decisions',
  reject: 'decisions',
  snooze: 'decisions',
  exempt: 'decisions',
  narrow: 'decisions',
  ask: 'decisions',
  'hand-over': 'decisions',
  cancel: 'cancel',
  'roll-back': 'roll-back',
  resume: 'resume',
  'give-back': 'give-back',
};

/** `oar changes`: everything that a link can do, for people with AWS credentials. */
export const changesCommand: Command = {
  summary: 'list, show and decide on proposed changes, with AWS credentials',
  help,
  run: async ([typed, ...others], terminal) => {
    const verb = verbOf('changes', typed, ['list', 'show', 'export', ...Object.keys(routes)]);
    const ofAll = verb === 'list' || verb === 'export';
    const id = ofAll ? '' : pastedId(others[0] ?? '', 'change');
    if (!ofAll && !/^chg-[0-9a-f]{12}$/.test(id))
      throw new BadArguments(`ID: a change is named like chg-0123456789ab`);
    const given = readOptions(ofAll ? others : others.slice(1), options);
    const site = siteOf(given);
    if (verb === 'list') return list(site, given, terminal);
    if (verb === 'export') return exportDecisions(site, given.since, terminal);
    if (verb === 'show') return show(site, id, given, terminal);
    return decide(site, id, verb, given, terminal);
  },
};

async function list(site: Site, given: Given, terminal: Terminal): Promise<number> {
  const query = given.status === undefined ? '' : `?status=${encodeURIComponent(given.status)}`;
  const look = () => ask<IamAnswer<'changes'>>(site, 'GET', `/iam/changes${query}`);
  const show = (answer: IamAnswer<'changes'>): void => showList(answer, given, terminal);
  if (given.watch) await watchChanges(look, show);
  else show(await look());
  return 0;
}

function showList({ changes, frozen }: IamAnswer<'changes'>, given: Given, terminal: Terminal): void {
  if (frozen) terminal.note(`${visibleText(frozen)}\n`);
  if (given.json) terminal.write(renderJson(changes));
  else if (changes.length === 0)
    terminal.write(
      given.status === undefined
        ? 'no open changes; --status rolled-back, rejected, … lists others\n'
        : 'no changes\n',
    );
  else terminal.write(renderChangeList(changes, terminal.look));
}

async function show(site: Site, id: string, given: Given, terminal: Terminal): Promise<number> {
  const { change } = await ask<IamAnswer<'change'>>(site, 'GET', `/iam/changes/${id}`);
  if (given.json) terminal.write(renderJson(change));
  else terminal.write(renderChangeView(change, terminal.look));
  return 0;
}

async function decide(
  site: Site,
  id: string,
  verb: string,
  given: Given,
  terminal: Terminal,
): Promise<number> {
  const route = routes[verb] ?? 'decisions';
  const path = `/iam/changes/${id}`;
  const digest = await digestFor(site, path, verb, given);
  const listOf = (text: string | undefined): readonly string[] =>
    text === undefined ? [] : text.split(',').map((part) => part.trim());
  const body = {
    ...(route === 'decisions' ? { decision: verb, digest } : {}),
    ...(given.confirm === undefined ? {} : { confirm: given.confirm }),
    ...(given.reason === undefined ? {} : { reason: given.reason }),
    ...(given.to === undefined ? {} : { to: given.to }),
    ...(given.until === undefined ? {} : { until: given.until }),
    services: listOf(given.services ?? given.service),
    accept: listOf(given.accept),
    keep: listOf(given.keep),
    ...(given.principals === undefined ? {} : { principals: listOf(given.principals) }),
    ...(given.days === undefined ? {} : { days: given.days }),
  };
  const { change } = await ask<IamAnswer<'change'>>(site, 'POST', `${path}/${route}`, body);
  terminal.write(
    `${visibleText(`${change.id} revision ${change.revision}: ${change.statusLabel}. ${change.statusSentence}`)}\n`,
  );
  return 0;
}

/** The digest of what is decided on. To approve, a person says which text he read; the first 12 characters do. */
async function digestFor(site: Site, path: string, verb: string, given: Given): Promise<string> {
  const digest = given.digest === undefined ? undefined : pastedId(given.digest, 'digest');
  if (verb === 'approve' && (digest === undefined || !/^[0-9a-f]{12,64}$/.test(digest))) {
    throw new BadArguments(
      '--digest: give the digest that "npx --no -- oar changes show" printed, at least 12 characters: it says which text you read',
    );
  }
  const { change } = await ask<IamAnswer<'change'>>(site, 'GET', path);
  return digest === undefined || change.digest.startsWith(digest) ? change.digest : digest;
}
