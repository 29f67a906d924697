import { rememberedFor } from '../base/remembered.ts';
import { type ActionNames, namesMatched, universeOf } from './action-universe.ts';
import index from './known-actions.generated.json' with { type: 'json' };

/** The known actions by namespace, both sorted, as AWS spells them. Read when they are first asked for: most invocations need none. */
export function knownActions(): ActionNames {
  return actionsIn(index);
}

const actionsIn = rememberedFor(
  ({ actions }: typeof index): ActionNames =>
    new Map(Object.entries(actions).map(([namespace, names]) => [namespace, names.split(' ')])),
);

/** The day on which the known actions were taken from the Service Authorization Reference, `YYYY-MM-DD`. */
export const knownActionsDate: string = index.date;

/** The known actions of one service that an action pattern matches, by name as AWS spells it, sorted. */
export function matchedNames(pattern: string, namespace: string): readonly string[] {
  return namesMatched(universeOf(knownActions()), pattern, namespace);
}
