import type { ChangeContent } from '../../../change/content/change.ts';
import { intentOf, meaningOfIntent } from '../../../change/content/intents.ts';

type Meant = Pick<ChangeContent, 'intent'>;

/** Whether a change denies its services to everybody whom it reaches. */
export function deniesEverybody(content: Meant): boolean {
  return meaningOfIntent(content).deniesEverybody;
}

/** Whether a change takes services out of a deny of ours. */
export function isGiveBack(content: Meant): boolean {
  return meaningOfIntent(content).givesBack;
}

/** Whether a change denies services again to principals whose exemption has ended. */
export function isEndOfExemption(content: Meant): boolean {
  return intentOf(content) === 'end-exemption';
}
