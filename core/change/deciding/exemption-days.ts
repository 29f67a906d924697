import type { ChangeContent } from '../content/change.ts';
import { meaningOfIntent } from '../content/intents.ts';
import type { DecisionRefusal } from '../links/refusal.ts';

/** For how many days a principal may be left free of a deny of ours; ours, not AWS's. Whoever needs it longer says so once more. */
export const exemptionDays = { offered: [1, 3, 7, 14, 30, 90], most: 90 } as const;

/** For how many days a decision against a change holds at most: against the end of an exemption no longer than an exemption may last. */
export function longestAgainst(content: Pick<ChangeContent, 'intent'>): number {
  return meaningOfIntent(content).decisionHolds === 'as-an-exemption'
    ? exemptionDays.most
    : Number.POSITIVE_INFINITY;
}

/** The days for which somebody asks, untrusted; undefined where no end is given. */
export function parseDays(text: string | undefined): number | undefined | DecisionRefusal {
  if (text === undefined || text === '') return undefined;
  const days = /^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= exemptionDays.most) return days;
  return { code: 'WRONG_FIELD', field: 'days', detail: `Give whole days, from 1 to ${exemptionDays.most}` };
}
