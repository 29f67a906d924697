import { rememberedFor } from '../base/remembered.ts';
import { knownActions } from '../policy/known-actions.ts';
import table from './event-actions.json' with { type: 'json' };

/** An IAM action as far as the table knows it. */
export interface ActionOfEvent {
  readonly namespace: string;
  /** As AWS spells it; null where only the service is known. */
  readonly name: string | null;
}

/**
 * What IAM may be asked when a call is made: one alternative in most cases, of which every action must be allowed. Several
 * where services share the source of their events and the name of the call. An empty one: IAM is not asked.
 */
export type ActionsOfEvent = readonly (readonly ActionOfEvent[])[];

/** When the table of events was made, `YYYY-MM-DD`: by hand, from the operations of the SDK and the actions of the Service Authorization Reference. */
export function eventActionsDate(): string {
  return table.date;
}

const sources = new Map(Object.entries(table.sources).map(([source, names]) => [source, names.split(' ')]));
const exceptions = new Map(
  Object.entries(table.names).map(([event, actions]) => [event.toLowerCase(), actions.split(' ')]),
);
const withoutPermission: ReadonlySet<string> = new Set(table.withoutPermission);

/** Names of actions as AWS spells them, by name in lower case. */
const spelled = rememberedFor(
  (names: readonly string[]): ReadonlyMap<string, string> =>
    new Map(names.map((name) => [name.toLowerCase(), name])),
);

/** The known actions of a service as AWS spells them, by name in lower case. */
function spelledIn(namespace: string): ReadonlyMap<string, string> | null {
  const names = knownActions().get(namespace);
  return names === undefined ? null : spelled(names);
}

/** The actions behind an `eventSource` and an `eventName` of CloudTrail, or null for a source that nobody knows. Letter case of names does not count. */
export function actionsOfEvent(eventSource: string, eventName: string): ActionsOfEvent | null {
  const namespaces = namespacesOfSource(eventSource);
  if (namespaces === null) return null;
  const named = namespaces.flatMap((namespace) => {
    const actions = actionsNamed(namespace, eventName);
    return actions === null ? [] : [actions];
  });
  return named.length > 0 ? named : namespaces.map((namespace) => [{ namespace, name: null }]);
}

/** Every source of events that the table knows, as CloudTrail writes it: `lex.amazonaws.com`. Sorted. */
export function knownSources(): readonly string[] {
  const names = [...sources.keys(), ...[...knownActions().keys()].filter((name) => !sources.has(name))];
  return names.map((name) => `${name}.amazonaws.com`).sort();
}

/** The sources whose calls may be of one of these services, sorted. A service that no table knows has one of its own name, as a rule. */
export function sourcesOf(namespaces: ReadonlySet<string>): readonly string[] {
  const known = knownSources().filter((source) =>
    (namespacesOfSource(source) ?? []).some((namespace) => namespaces.has(namespace)),
  );
  const plain = [...namespaces].map((namespace) => `${namespace}.amazonaws.com`);
  return [...new Set([...known, ...plain])].sort();
}

function namespacesOfSource(eventSource: string): readonly string[] | null {
  const [, source] = /^([a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?$/i.exec(eventSource) ?? [];
  if (source === undefined) return null;
  const folded = source.toLowerCase();
  return sources.get(folded) ?? (knownActions().has(folded) ? [folded] : null);
}

function actionsNamed(namespace: string, eventName: string): readonly ActionOfEvent[] | null {
  // Lambda and CloudFront write the day of their API behind the name: Invoke20150331, CreateDistribution2020_05_31.
  const names = [eventName, eventName.replace(/(20\d{6}|20\d\d_\d\d_\d\d)(v\d+)?$/, '')];
  for (const name of names) {
    if (withoutPermission.has(`${namespace}:${name}`)) return [];
    const actions = exceptions.get(`${namespace}:${name}`.toLowerCase());
    if (actions) return actions.map(actionOf);
    const known = spelledIn(namespace)?.get(name.toLowerCase());
    if (known !== undefined) return [{ namespace, name: known }];
  }
  return null;
}

function actionOf(action: string): ActionOfEvent {
  const colon = action.indexOf(':');
  return { namespace: action.slice(0, colon), name: action.slice(colon + 1) };
}
