import type { Json } from '../../base/canonical-json.ts';
import type { RequestBackInput } from '../../change/deciding/request-back.ts';

/** What whoever asks services back gets: nothing of the change but how his request stands. Times are ISO 8601. */
export interface RequestBackAnswer {
  readonly request: {
    readonly changeId: string;
    readonly services: readonly string[];
    readonly status: string;
    /** When the question ends unanswered; null once it is answered. */
    readonly decideBy: string | null;
  };
}

/** What a signature is bound to: the change, and all that is asked of it. The one who signs and the one who checks make it alike. */
export function askedFor(changeId: string, { days, principals, reason, services }: RequestBackInput): Json {
  return {
    act: 'request-back',
    changeId,
    reason: reason ?? '',
    services: [...(services ?? [])],
    principals: [...(principals ?? [])],
    ...(days === undefined ? {} : { days }),
  };
}
