import { globMatches } from '../base/matching.ts';
import index from './known-actions.generated.json' with { type: 'json' };

/** The actions of one service: their names as AWS spells them, sorted, and where they stand among all known actions. */
export interface KnownService {
  readonly namespace: string;
  /** Place of the first action among all known actions; the others follow it. */
  readonly first: number;
  readonly names: readonly string[];
}

interface IndexedService extends KnownService {
  readonly folded: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

const services: ReadonlyMap<string, IndexedService> = readIndex(index.actions);
const serviceList: readonly IndexedService[] = [...services.values()];

/** The day on which the known actions were taken from the Service Authorization Reference, `YYYY-MM-DD`. */
export const knownActionsDate: string = index.date;

const knownActionCount = serviceList.reduce((sum, { names }) => sum + names.length, 0);

/** The known actions of a service, by its lower-case namespace; undefined for a namespace that nobody knows. */
export function knownService(namespace: string): KnownService | undefined {
  return services.get(namespace);
}

/** The namespaces of all services with known actions, sorted. */
export function knownNamespaces(): readonly string[] {
  return serviceList.map(({ namespace }) => namespace);
}

// Tells every known action that an action pattern matches, as runs of places: `start` inclusive, `end` exclusive. Letter case does not count (IAM User Guide, "Action").
function eachKnownRun(pattern: string, tell: (start: number, end: number) => void): void {
  const folded = pattern.toLowerCase();
  const colon = folded.indexOf(':');
  if (colon < 0) {
    if (/^\*+$/.test(folded)) tell(0, knownActionCount);
    return;
  }
  const prefix = folded.slice(0, colon);
  const name = folded.slice(colon + 1);
  if (/[*?]/.test(prefix)) {
    for (const service of serviceList)
      if (globMatches(prefix, service.namespace)) eachRunOf(service, name, tell);
    return;
  }
  const service = services.get(prefix);
  if (service) eachRunOf(service, name, tell);
}

/** The known actions of one service that an action pattern matches, by name as AWS spells it, sorted. */
export function matchedNames(pattern: string, namespace: string): readonly string[] {
  const service = services.get(namespace);
  const matched: string[] = [];
  if (!service) return matched;
  const end = service.first + service.names.length;
  eachKnownRun(pattern, (start, stop) => {
    for (let place = Math.max(start, service.first); place < Math.min(stop, end); place += 1)
      matched.push(service.names[place - service.first] as string);
  });
  return matched;
}

function eachRunOf(
  { first, folded, places }: IndexedService,
  name: string,
  tell: (start: number, end: number) => void,
): void {
  const wildcard = name.search(/[*?]/);
  if (wildcard < 0) {
    const place = places.get(name);
    if (place !== undefined) tell(place, place + 1);
    return;
  }
  if (name === '*') {
    tell(first, first + folded.length);
    return;
  }
  const start = name.slice(0, wildcard);
  const onlyStart = name.length === wildcard + 1 && name[wildcard] === '*';
  for (let at = 0; at < folded.length; at += 1) {
    const candidate = folded[at] as string;
    if (candidate.startsWith(start) && (onlyStart || globMatches(name, candidate)))
      tell(first + at, first + at + 1);
  }
}

function readIndex(actions: Readonly<Record<string, string>>): ReadonlyMap<string, IndexedService> {
  const read = new Map<string, IndexedService>();
  let first = 0;
  for (const [namespace, text] of Object.entries(actions)) {
    const names = text.split(' ');
    const folded = names.map((name) => name.toLowerCase());
    const places = new Map(folded.map((name, at) => [name, first + at]));
    read.set(namespace, { namespace, first, names, folded, places });
    first += names.length;
  }
  return read;
}
