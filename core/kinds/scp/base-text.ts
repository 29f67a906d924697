import type { ChangeContent, ExemptedPrincipals } from '../../change/content/change.ts';
import { editOf } from '../../change/content/edit.ts';
import { openDriftEvent } from '../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { ourDeniedServices } from '../../policy/deny-statement.ts';
import { parsePolicy } from '../../policy/document.ts';
import { meansTheSame } from '../../policy/same-meaning.ts';
import { isFreeOf } from '../../proof/give-back.ts';
import { isGiveBack } from './intents.ts';
import type { Stands } from './stands.ts';

/**
 * Whether a text is the one that a change starts from. Before a deny every byte counts: the next review starts from what
 * it reads. A give-back starts from what our writes left or a review told, and another layout of that is told by none: its
 * meaning counts.
 */
export function startsFrom(content: ChangeContent, text: string): boolean {
  const { before } = editOf(content);
  if (before === null) return false;
  return isGiveBack(content) ? meansTheSame(text, before) : text === before;
}

/**
 * What a give-back starts from: what the last own write left or, where a review told another text since, that one. Earlier
 * versions told a difference without the text: then the newest own one that has something to give back. Right before the
 * write the SCP has to mean the same.
 */
export function textToGiveBackFrom(
  left: string,
  { principals, services }: Pick<ExemptedPrincipals, 'principals' | 'services'>,
  [record, ...others]: readonly [ChangeRecord, ...ChangeRecord[]],
  { last, texts }: Stands,
): string {
  // What a review told before the last own write is none of what stands since.
  const toldOf = (of: ChangeRecord) => {
    const told = openDriftEvent(of);
    return told !== null && told.at > (last?.at ?? 0) ? [told] : [];
  };
  const told = [record, ...others].flatMap(toldOf);
  const newest = Math.max(...told.map(({ at }) => at));
  const seen = told.find(({ at, text }) => at === newest && text !== undefined)?.text;
  if (seen !== undefined) return seen;
  const denies = (text: string): boolean => {
    const parsed = parsePolicy(text);
    if (!parsed.ok) return false;
    const denied = ourDeniedServices(parsed.value);
    const isFree = (service: string) =>
      principals.length > 0 && principals.every((principal) => isFreeOf(parsed.value, service, principal));
    return services.every((service) => denied.includes(service)) && !services.every(isFree);
  };
  if (toldOf(record).length === 0 || denies(left)) return left;
  return texts.findLast(denies) ?? left;
}
