import { mailbox } from './mailbox.ts';
import {
  foldedPrincipal,
  isListedRole,
  isNameChosen,
  personBehind,
  roleOfSession,
  withoutPath,
} from './principal-arn.ts';
import { quoted } from './quoted.ts';
import { samePlace } from './same-place.ts';

/** What tells one approver from another. */
export interface ApproverIdentity {
  readonly id: string;
  readonly email: string;
  readonly slackUserId?: string | undefined;
  readonly principals?: readonly string[] | undefined;
}

/** Where the configuration names approvers, and the places that many read. */
export interface ApproverPlaces {
  readonly approvers: readonly ApproverIdentity[];
  readonly identityCenterRoles: readonly string[];
  readonly email: { readonly topics: Readonly<Record<string, string>> } | null;
  readonly slack: {
    readonly channels?: Readonly<Record<string, string>> | undefined;
    readonly webhookUrl?: string | undefined;
    readonly amazonQTopicArn?: string | undefined;
  } | null;
}

/** Something that has to be one approver's alone; `owner` null: many read it. */
interface Claim {
  readonly key: string;
  /** As it is written. */
  readonly value: string;
  /** What is the same for two spellings of one thing; absent: the value. */
  readonly same?: string;
  readonly owner: string | null;
}

/**
 * What two approvers must not share. Two behind one address, principal or place could decide for two people, and a
 * personal link in a place that many read is nobody's. One sentence a problem, each beginning with its key.
 */
export function approverProblems(places: ApproverPlaces): string[] {
  const { approvers } = places;
  const ids = approvers.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  // Without ids of their own nothing else can be told apart.
  if (twice !== undefined) return [`approvers: the id ${quoted(twice)} is given twice`];
  return [
    ...sharedClaims(
      approvers.map(({ email, id }) => ({
        key: 'approvers',
        value: email.toLowerCase(),
        same: mailbox(email),
        owner: id,
      })),
    ),
    ...sharedClaims(
      approvers.flatMap(({ id, principals = [] }) =>
        principals.map((arn) => ({
          key: 'approvers',
          value: withoutPath(arn),
          same: isNameChosen(arn, places.identityCenterRoles)
            ? foldedPrincipal(arn)
            : personBehind(arn, places.identityCenterRoles),
          owner: id,
        })),
      ),
    ),
    ...overlappingSessions(approvers),
    ...sharedRoles(places),
    ...sharedClaims(claimsOnPlaces(places)),
    ...publicPlaces(places),
    ...ownTopics(places),
  ];
}

/** Every place that a message goes to: those of the approvers, then those that many read. */
function claimsOnPlaces({ approvers, email, slack }: ApproverPlaces): readonly Claim[] {
  const ids = new Set(approvers.map(({ id }) => id));
  const claims: Claim[] = [];
  for (const { id, slackUserId } of approvers) {
    if (slackUserId !== undefined) claims.push({ key: 'approvers', value: slackUserId, owner: id });
  }
  for (const [id, value] of Object.entries(email?.topics ?? {}))
    claims.push({ key: `email.topics.${id}`, value, owner: id });
  for (const [id, value] of Object.entries(slack?.channels ?? {}))
    claims.push({
      key: `slack.channels.${id}`,
      value,
      same: samePlace(value),
      owner: ids.has(id) ? id : null,
    });
  const { amazonQTopicArn, webhookUrl } = slack ?? {};
  if (webhookUrl !== undefined)
    claims.push({ key: 'slack.webhookUrl', value: webhookUrl, same: samePlace(webhookUrl), owner: null });
  if (amazonQTopicArn !== undefined)
    claims.push({ key: 'slack.amazonQTopicArn', value: amazonQTopicArn, owner: null });
  return claims;
}

/** Values that one approver has and somebody else has too. Two places that many read may well be one. */
function sharedClaims(claims: readonly Claim[]): readonly string[] {
  const problems: string[] = [];
  const sameOf = ({ same, value }: Claim): string => same ?? value;
  for (const [index, claim] of claims.entries()) {
    const { key, owner, value } = claim;
    const earlier = claims
      .slice(0, index)
      .find((other) => sameOf(other) === sameOf(claim) && other.owner !== owner);
    if (!earlier) continue;
    const who = (id: string | null): string => (id === null ? 'many people' : id);
    const spelled = earlier.value === value ? '' : ` (${quoted(earlier.value)} is the same one)`;
    problems.push(
      `${key}: ${quoted(value)} belongs to ${who(earlier.owner)} and to ${who(owner)}: each approver needs one of his own${spelled}`,
    );
  }
  return problems;
}

/** Whoever assumes a role names the session himself: a role of one approver and a session of it of another are one person's. */
function overlappingSessions(approvers: readonly ApproverIdentity[]): readonly string[] {
  const principals = approvers.flatMap(({ id, principals: arns = [] }) => arns.map((arn) => ({ arn, id })));
  const owners = new Map(principals.map(({ arn, id }) => [foldedPrincipal(arn), id]));
  return principals.flatMap(({ arn, id }) => {
    const roleArn = roleOfSession(arn);
    const owner = roleArn === arn ? id : (owners.get(foldedPrincipal(roleArn)) ?? id);
    if (owner === id) return [];
    return [`approvers: the session ${quoted(arn)} of ${id} is one of the role that ${owner} decides with`];
  });
}

/** Two sessions of one role are one person's, unless IAM Identity Center alone hands the role out: whoever assumes it names the session himself. */
function sharedRoles({ approvers, identityCenterRoles }: ApproverPlaces): readonly string[] {
  const owners = new Map<string, { readonly role: string; readonly ids: Set<string> }>();
  for (const { id, principals = [] } of approvers) {
    for (const arn of principals) {
      const role = roleOfSession(arn);
      if (role === arn || isListedRole(role, identityCenterRoles)) continue;
      const sharing = owners.get(foldedPrincipal(role)) ?? { role, ids: new Set() };
      sharing.ids.add(id);
      owners.set(foldedPrincipal(role), sharing);
    }
  }
  return [...owners.values()]
    .filter(({ ids }) => ids.size > 1)
    .map(
      ({ role, ids }) =>
        `approvers: ${[...ids].join(' and ')} decide with sessions of one role, ${role}, and whoever assumes a role names the session: give each a role of his own, or list the role in identityCenterRoles if IAM Identity Center alone hands it out`,
    );
}

/** The stack's own topics have other subscribers, who would get the approver's link. Their names are those of serverless.yml and deploy/people.cjs. */
function ownTopics({ email }: ApproverPlaces): readonly string[] {
  return Object.entries(email?.topics ?? {}).flatMap(([id, arn]) =>
    /:org-access-reviewer-.+-(people|operators|approver-.+-[0-9a-f]{8})$/.test(arn)
      ? [
          `email.topics.${id}: ${quoted(arn)} is a topic that this product makes, which others may read: leave it out, and ${id} gets one, or give a topic of his own`,
        ]
      : [],
  );
}

function publicPlaces({ approvers, slack }: ApproverPlaces): readonly string[] {
  return approvers.flatMap(({ id }) => {
    const channels = slack?.channels ?? {};
    const place = Object.hasOwn(channels, id) ? channels[id] : undefined;
    if (place === undefined || /^(https?:|arn:|[UWD][A-Z0-9]+$)/.test(place)) return [];
    return [
      `slack.channels.${id}: ${quoted(place)} is read by others; an approver's place is a webhook of his own or a user (U…)`,
    ];
  });
}
