import type { ChangeRecord } from '../../change/life/life.ts';
import { appliedText, policyIdOf } from './applied.ts';
import { isGiveBack } from './give-back.ts';

/** A give-back as it was applied: when (epoch ms), which services, and the text that it left. */
export interface GivenBack {
  readonly at: number;
  readonly services: readonly string[];
  readonly text: string;
}

/** What applied give-backs took out of each SCP, by policy id. What was given for a time and is denied again is left out. */
export function givenBackIn(records: readonly ChangeRecord[]): ReadonlyMap<string, readonly GivenBack[]> {
  const found = new Map<string, GivenBack[]>();
  for (const record of records) {
    const policyId = policyIdOf(record);
    const { content, state } = record;
    if (state.status !== 'applied' || policyId === null || !isGiveBack(content)) continue;
    const at = state.appliedAt;
    const services = content.services.filter((service) => !isDeniedAgain(record, service, at, records));
    if (services.length === 0) continue;
    found.set(policyId, [...(found.get(policyId) ?? []), { at, services, text: appliedText(record) }]);
  }
  return found;
}

/** Whether a later change that is applied denies a service again to everybody to whom this one gave it. */
function isDeniedAgain(
  { content, id }: ChangeRecord,
  service: string,
  since: number,
  records: readonly ChangeRecord[],
): boolean {
  const freed = (content.exemptions ?? [])
    .filter(({ services }) => services.includes(service))
    .flatMap(({ principals }) => principals);
  const bound = new Set(
    records.flatMap((other) => {
      const { exemptions = [], intent } = other.content;
      const isLater = other.state.status === 'applied' && other.state.appliedAt > since;
      if (intent !== 'end-exemption' || !isLater) return [];
      const its = exemptions.filter((each) => each.of === id && each.services.includes(service));
      return its.flatMap(({ principals }) => principals);
    }),
  );
  return freed.length > 0 && freed.every((principal) => bound.has(principal));
}
