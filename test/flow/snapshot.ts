import type { Story } from './story.ts';
import { keepItems, readItems } from './table-items.ts';

/** Remembers the table, the SCPs, the IAM of accounts and the time; `restore` brings them back, as often as wanted. */
export interface Snapshot {
  restore(): Promise<void>;
}

/** Takes a snapshot of a story's world, so that several endings can be played from one crash. */
export async function takeSnapshot({ ports, sandbox, setClock }: Story): Promise<Snapshot> {
  const { world } = sandbox;
  const identities = Object.keys(world.scenario.identities ?? {}).map((accountId) => {
    const { written } = sandbox.iamAccounts.of(accountId);
    return { written, kept: structuredClone(written) };
  });
  const items = await readItems(sandbox);
  const policies = [...world.policies.values()].map((policy) => ({
    ...policy,
    targets: new Set(policy.targets),
  }));
  const at = ports.clock.now();
  return {
    restore: async () => {
      // Evidence is named by its hash and stays: a store writes what it has seen once only.
      await keepItems(sandbox, items, ({ sk }) => sk?.S?.startsWith('EVIDENCE#') === true);
      world.policies.clear();
      for (const policy of policies)
        world.policies.set(policy.id, { ...policy, targets: new Set(policy.targets) });
      for (const { kept, written } of identities) Object.assign(written, structuredClone(kept));
      setClock(at);
    },
  };
}
