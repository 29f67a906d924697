import { meaningOfIntent } from '../core/change/content/intents.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { findLink } from '../core/change/links/links.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import { freezeOf } from '../flow/freeze.ts';
import { exemptionsOf } from '../flow/standing-exemptions.ts';
import type { AppPorts } from './app-ports.ts';
import { changeAnswer, type FailedRequest } from './change-answer.ts';
import { requestBackAnswer } from './request-back-answer.ts';
import { isChangeId } from './requests.ts';

/** The page of a change for whoever holds this token, after a form if one was `failed` or something was `asked` (the id of that change). Null: the change does not know the token. */
export async function linkPage(
  ports: AppPorts,
  change: StoredChange,
  token: string,
  { asked, failed }: { readonly asked?: string | undefined; readonly failed?: FailedRequest },
): Promise<string | null> {
  const { record } = change;
  const found = findLink(change.links, token);
  if (!found) return null;
  const other = await askedOf(ports, record, asked);
  if (found.link.purpose === 'request-back') return requestBackAnswer(ports, change, token, other, failed);
  const freeze = await freezeOf(ports.stores, record);
  const exemptions = await exemptionsOf(ports.stores, record);
  return changeAnswer({ ...ports, exemptions, freeze }, change, token, failed, other);
}

/** The give-back that a page is asked to show, if it takes something out of what this change denies; nothing of any other change. */
async function askedOf(
  { stores }: Pick<AppPorts, 'stores'>,
  record: ChangeRecord,
  asked: string | undefined,
): Promise<ChangeRecord | null> {
  if (asked === undefined || !isChangeId(asked)) return null;
  const other = (await stores.changes.load(asked))?.record ?? null;
  const isIts =
    other !== null &&
    meaningOfIntent(other.content).givesBack &&
    kindOf(record.content).writesTheSame(record, other);
  return isIts ? other : null;
}
