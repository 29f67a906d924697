import { askerOf, type ChangeRecord } from '../core/change/life/life.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { checkLink } from '../core/change/links/links.ts';
import { changeView } from '../core/message/views/change-view.ts';
import type { AppPorts } from './app-ports.ts';
import type { FailedRequest } from './change-answer.ts';
import { requestBackPage } from './pages/request-back-page.ts';

/** The page of a link that asks services back: the services and a form, nothing else of the change. `asked`: the change that became of a request. */
export function requestBackAnswer(
  { clock, configuration }: Pick<AppPorts, 'clock' | 'configuration'>,
  { links, record }: StoredChange,
  token: string,
  asked: ChangeRecord | null,
  failed: FailedRequest = { refusals: [], entered: new URLSearchParams() },
): string {
  const now = clock.now();
  const usable = checkLink(links, token, 'request-back', record.revision, now);
  const over = usable.ok ? null : usable.reasons[0].detail;
  // Nothing is told of changes that nobody asked for by a link.
  const isAsked = asked !== null && askerOf(asked)?.verified === false;
  const context = { now, configuration };
  return requestBackPage({
    view: changeView(record, context),
    token: over === null && record.state.status === 'applied' ? token : null,
    over,
    asked: isAsked ? changeView(asked, context) : null,
    ...failed,
  });
}
