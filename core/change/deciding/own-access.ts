import type { Approver } from '../../base/configuration.ts';
import { foldedPrincipal, roleOfSession } from '../../base/principal-arn.ts';
import { exemptedPrincipals } from '../content/exempted.ts';
import { meaningOfIntent } from '../content/intents.ts';
import { subjectOf } from '../content/subject.ts';
import type { Actor } from '../life/events.ts';
import { askerOf, type ChangeRecord } from '../life/life.ts';
import { isStartedWith, isStarter, likelyApprover, type People, principalStarter } from '../life/starter.ts';
import type { DecisionRefusal } from '../links/refusal.ts';

/** What somebody may do with a change. `take-over`: get it handed over. */
export type Verb =
  | 'approve'
  | 'reject'
  | 'snooze'
  | 'exempt'
  | 'narrow'
  | 'ask'
  | 'hand-over'
  | 'take-over'
  | 'cancel'
  | 'roll-back'
  | 'resume';

/**
 * What makes a change one's own. `asked`: he asked for the services back. `freed`: it leaves a user or role of his free of a
 * deny of ours. `bound`: it ends such an exemption. `narrowed`: it takes access in IAM from a user or role of his.
 */
export type Concern = 'asked' | 'freed' | 'bound' | 'narrowed';

const decisionVerbs: readonly Verb[] = [
  'approve',
  'reject',
  'snooze',
  'exempt',
  'narrow',
  'ask',
  'hand-over',
];

/** What a decision form asks for, untrusted; null where it is no decision. */
export function decisionVerb(decision: string | undefined): Verb | null {
  return decisionVerbs.find((verb) => verb === decision) ?? null;
}

/** What of a change concerns single people. */
type Concerned = Pick<ChangeRecord, 'content' | 'history'>;

/** Who acts: an approver, and the credentials that he is known by. */
export interface OwnContext extends People {
  readonly approver: Pick<Approver, 'id'> & Partial<Pick<Approver, 'principals'>>;
  readonly actor: Actor;
}

/**
 * Nobody frees himself, and nobody keeps himself free for longer than others approved: by no verb. Whoever is bound may
 * approve it. Access that never had an end he may keep by a rejection, but once it is taken others give it back.
 */
const refusedTo: { readonly [Each in Verb]: readonly Concern[] } = {
  approve: ['asked', 'freed'],
  reject: ['bound'],
  snooze: ['bound'],
  exempt: ['bound'],
  narrow: ['bound'],
  ask: [],
  'hand-over': [],
  'take-over': ['asked', 'freed', 'bound'],
  cancel: ['bound'],
  'roll-back': ['bound', 'narrowed'],
  // It approves nothing: what goes on was approved by others.
  resume: [],
};

/** What of a change is this person's own. */
function concernsOf(record: Concerned, context: OwnContext): readonly Concern[] {
  const { content } = record;
  const isOwn = ownNamesIn(context);
  const concerns: Concern[] = isAsker(record, context) ? ['asked'] : [];
  const exempted = exemptedPrincipals(content).some(isOwn);
  if (exempted) concerns.push(meaningOfIntent(content).doesToNamed);
  if (narrowedIn(record).some(isOwn)) concerns.push('narrowed');
  return concerns;
}

/** Why this person may not do this with a change that frees or binds himself, or null. The one place that is asked, for every verb. */
export function whyNotOnOwn(record: Concerned, verb: Verb, context: OwnContext): DecisionRefusal | null {
  const concerns = concernsOf(record, context);
  const concern = refusedTo[verb].find((each) => concerns.includes(each));
  return concern === undefined ? null : { code: 'OUT_OF_SCOPE', detail: detailOf(concern) };
}

/** Whether an approver, known by nothing else, may approve it as far as it frees nobody of his own. */
export function mayApproveForOthers(record: Concerned, approver: Approver, people: People): boolean {
  const { approvers, identityCenterRoles } = people;
  const actor = { type: 'approver', id: approver.id } as const;
  return whyNotOnOwn(record, 'approve', { approvers, identityCenterRoles, approver, actor }) === null;
}

function detailOf(concern: Concern): string {
  switch (concern) {
    case 'asked':
      return 'you asked for this yourself: others approve it';
    case 'freed':
      return 'this frees a user or role of yours: others approve it';
    case 'bound':
      return 'this ends the exemption of a user or role of yours: you may approve it, and others decide against it';
    case 'narrowed':
      return 'this would give a user or role of yours access: somebody else must ask for it';
  }
}

/** Whether whoever acts asked for the services back himself: with these credentials, or as this approver. */
function isAsker(record: Concerned, context: OwnContext): boolean {
  const asker = askerOf(record);
  if (asker === null || !asker.verified) return false;
  const { actor, approver } = context;
  const asked = principalStarter(asker.name, likelyApprover(asker.name, context));
  const hasAsked = actor.type === 'principal' && isStartedWith(asked, actor.id, context);
  return hasAsked || isStarter(asked, approver.id, context);
}

/** Tells the users and roles that are a person's, by his credentials or by the configuration. */
function ownNamesIn({ actor, approver, approvers }: OwnContext): (arn: string) => boolean {
  const principals = approver.principals ?? approvers.find(({ id }) => id === approver.id)?.principals ?? [];
  const own = [...principals, ...(actor.type === 'principal' ? [actor.id] : [])];
  // Sessions and roles without their path are configured too: each stands for its role.
  const names = new Set(own.map(nameOf));
  return (arn) => names.has(nameOf(arn));
}

/** A permission set makes a role in each account, with a suffix of its own: whoever has one of them is taken to have all. */
function nameOf(arn: string): string {
  const name = foldedPrincipal(roleOfSession(arn));
  const set = /\/awsreservedsso_(.+)_(?:[0-9a-f]{16}|\?{16}|\*)$/i.exec(name)?.[1];
  return set === undefined ? name : `permission set ${set.toLowerCase()}`;
}

/** Those who lose access by the change, and whom AWS or our proof named when a roll back failed. */
function narrowedIn({ content, history }: Concerned): readonly string[] {
  const named = history.flatMap((event) =>
    event.type === 'roll-back-failed' ? (event.failure.named ?? []) : [],
  );
  return [...subjectOf(content).narrowedPrincipals, ...named];
}
