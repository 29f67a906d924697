import type { StoredChange } from '../../core/change/life/stored-change.ts';
import type { Request } from '../../flow/decide.ts';
import { approvalOf } from './ports.ts';

/** What somebody asks for when the process is killed. */
export const requestKinds = ['approve', 'exempt', 'reject', 'snooze', 'cancel', 'ask-roll-back'] as const;
/** One of `requestKinds`. */
export type RequestKind = (typeof requestKinds)[number];

/** A right request of this kind about what a change shows at `now` (epoch ms). */
export function requestOf(kind: RequestKind, change: StoredChange, now: number): Request {
  const until = new Date(now + 30 * 86_400_000).toISOString();
  const reason = 'comes back';
  const shown = approvalOf(change);
  switch (kind) {
    case 'approve':
      return shown;
    case 'exempt':
      return { ...shown, decision: 'exempt', services: ['lex'], reason, until };
    case 'reject':
      return { ...shown, decision: 'reject', reason };
    case 'snooze':
      return { ...shown, decision: 'snooze', reason, until };
    case 'cancel':
      return { purpose: 'cancel', reason };
    case 'ask-roll-back':
      return { purpose: 'roll-back', reason };
  }
}
