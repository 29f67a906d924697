import type { Approver, Configuration } from '../core/base/configuration.ts';
import { ok, type Result, refused } from '../core/base/result.ts';
import { approverInSlack, type SlackPerson } from '../core/change/deciding/in-slack.ts';
import type { Actor } from '../core/change/life/events.ts';
import { approverOf } from '../core/change/life/principals.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import {
  type Channel,
  checkLink,
  type FoundLink,
  type LinkPurpose,
  madeForAnother,
} from '../core/change/links/links.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';

/** Who asks: by a personal link, as an AWS principal whose ARN API Gateway gave, or as a user in a request that Slack signed. Nothing else ever names a person. */
export type Asker =
  | { readonly token: string }
  | { readonly principalArn: string }
  | { readonly inSlack: SlackPerson };

/** Who acts: an approver, how he is known, and by which link. */
interface Person {
  readonly approver: Approver;
  readonly actor: Actor;
  readonly channel: Channel;
  readonly link: FoundLink | null;
}

/** The approver that asks for something with this purpose, or why nobody does. Spends nothing. */
export function identify(
  change: StoredChange,
  asker: Asker,
  purpose: LinkPurpose | 'resume',
  configuration: Configuration,
  now: number,
): Result<Person, DecisionRefusal> {
  if ('principalArn' in asker) {
    const approver = approverOf(configuration.approvers, asker.principalArn);
    if (!approver) return refused(notAnApprover(asker.principalArn));
    return ok({ approver, actor: { type: 'principal', id: asker.principalArn }, channel: 'iam', link: null });
  }
  if ('inSlack' in asker) {
    const found = approverInSlack(change.record, asker.inSlack, configuration);
    if (!found.ok) return found;
    const actor = { type: 'approver', id: found.value.id, slackUserId: asker.inSlack.userId } as const;
    return ok({ approver: found.value, actor, channel: 'slack', link: null });
  }
  if (purpose === 'resume') {
    const detail = 'a change is resumed with AWS credentials: npx --no -- oar changes resume';
    return refused({ code: 'UNKNOWN_TOKEN', detail });
  }
  const found = checkLink(change.links, asker.token, purpose, change.record.revision, now);
  if (!found.ok) return found;
  const { approverId, channel } = found.value.link;
  const approver = configuration.approvers.find((person) => person.id === approverId);
  if (!approver) return refused(notAnApprover(approverId));
  const another = madeForAnother(found.value.link, approver.email);
  if (another) return refused(another);
  return ok({ approver, actor: { type: 'approver', id: approverId }, channel, link: found.value });
}

function notAnApprover(who: string): DecisionRefusal {
  return { code: 'OUT_OF_SCOPE', detail: `${who} is not a configured approver` };
}
