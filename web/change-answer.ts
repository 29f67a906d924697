import type { Configuration } from '../core/base/configuration.ts';
import { counted } from '../core/base/counted.ts';
import { minuteUtc } from '../core/base/iso-time.ts';
import type { DecisionContext } from '../core/change/deciding/decide.ts';
import { whyNoForm } from '../core/change/deciding/may-act.ts';
import { mayTakeOver } from '../core/change/deciding/notes.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { findLink, type Link, type LinkPurpose, madeForAnother } from '../core/change/links/links.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import { changeView } from '../core/message/views/change-view.ts';
import type { ViewContext } from '../core/message/views/view-context.ts';
import { hintFor } from '../core/message/words/reader-hint.ts';
import type { AppPorts } from './app-ports.ts';
import { changePage } from './pages/change-page.ts';

/** A request that was refused: why, and what was entered. */
export interface FailedRequest {
  readonly refusals: readonly DecisionRefusal[];
  readonly entered: URLSearchParams;
}

/**
 * The page of a change for whoever holds this token. It has a form while the token acts; once it was used, it shows the
 * whole evidence until its own end. Once that is over, or another link or revision took its place, it shows state and
 * decider alone. Throws for a token that the change does not know.
 */
export function changeAnswer(
  {
    clock,
    configuration,
    exemptions,
    freeze,
  }: Pick<AppPorts, 'clock' | 'configuration'> & Pick<ViewContext, 'exemptions' | 'freeze'>,
  { links, record }: StoredChange,
  token: string,
  failed: FailedRequest = { refusals: [], entered: new URLSearchParams() },
  asked: ChangeRecord | null = null,
): string {
  const found = findLink(links, token);
  if (!found) throw new Error('the page of a change is only for a token that the change knows');
  const { link } = found;
  const { purpose } = link;
  if (purpose === 'request-back') throw new Error('who asks services back is shown no change');
  const now = clock.now();
  const view = changeView(record, {
    now,
    configuration,
    ...(freeze === undefined ? {} : { freeze }),
    ...(exemptions === undefined ? {} : { exemptions }),
  });
  const named = configuration.approvers.find(({ id }) => id === link.approverId);
  const approver = madeForAnother(link, named?.email) === null ? named : undefined;
  const over = whyOver(link, record, configuration, now);
  const asPerson = personContext(link, configuration, now);
  const isUnused = link.usedAt === undefined;
  const offersForm = over === null && isUnused && approver !== undefined && mayAct(purpose, record, asPerson);
  return changePage({
    view,
    reader: {
      name: approver?.name ?? link.approverId,
      hint: offersForm ? hintFor(link.approverId, purpose, record, asPerson) : null,
    },
    others: offersForm && purpose === 'decide' ? mayTakeOver(record, asPerson) : [],
    form: offersForm ? { purpose, token, digest: view.digest } : null,
    whyOver: over,
    sent: over === null ? sentWords(link) : null,
    asked: asked === null ? null : changeView(asked, { now, configuration }),
    ...failed,
  });
}

/** Why a link shows the state alone, what became of it and where to go on; null while it is alive. */
function whyOver(link: Link, record: ChangeRecord, { approvers }: Configuration, now: number): string | null {
  const { expiresAt, revision, revokedAt } = link;
  const sent = sentWords(link);
  if (revision !== record.revision) {
    const exempted = record.history.findLast(
      (event) => event.type === 'services-exempted' && event.revision === revision,
    );
    const who = (id: string): string => approvers.find((approver) => approver.id === id)?.name ?? id;
    const newest = record.history.findLast((event) => event.type === 'proposed' || event.type === 'revised');
    const review =
      newest?.type === 'proposed'
        ? 'a later review proposed it again'
        : 'a later review changed what is proposed';
    const why =
      exempted?.type === 'services-exempted'
        ? `${who(exempted.approverId)} exempted ${counted(exempted.services.length, 'service')}`
        : review;
    const next = record.state.status === 'proposed' ? ' The newest message has the link to it.' : '';
    return `${sent ?? `This link was for revision ${revision}.`} Revision ${record.revision} took the place of revision ${revision}: ${why}.${next}`;
  }
  if (revokedAt !== undefined)
    return 'A newer message took the place of this link: use the link in that one.';
  const named = approvers.find(({ id }) => id === link.approverId);
  if (madeForAnother(link, named?.email) !== null)
    return 'This link was sent to an e-mail address that is no longer configured for this approver: use a message to the new address, such as a reminder.';
  if (now < expiresAt) return null;
  return `${sent === null ? '' : `${sent} `}This link expired on ${minuteUtc(expiresAt)}.`;
}

function sentWords({ usedAt }: Pick<Link, 'usedAt'>): string | null {
  return usedAt === undefined ? null : `What you sent was recorded on ${minuteUtc(usedAt)}.`;
}

function personContext(link: Link, configuration: Configuration, now: number): DecisionContext {
  const approver = configuration.approvers.find(({ id }) => id === link.approverId) ?? {
    id: link.approverId,
  };
  const actor = { type: 'approver', id: link.approverId } as const;
  return { ...configuration, now, approver, actor, channel: link.channel };
}

/** Whether the page shows a form; whoever is out of scope sees one too, with a hint. */
function mayAct(purpose: LinkPurpose, record: ChangeRecord, context: DecisionContext): boolean {
  const why = whyNoForm(purpose, record, context);
  return why === null || why.code === 'OUT_OF_SCOPE';
}
