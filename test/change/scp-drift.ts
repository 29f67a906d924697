import { editOf } from '../../core/change/content/edit.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { scpWatching } from '../../core/kinds/scp/watching.ts';
import { treeOf } from '../support/small-world.ts';
import { day } from './samples.ts';
import { type Sequence, writtenBy } from './scp-sequence.ts';

/** What a review tells of each applied change. */
export function driftOf({ live, now, ...sequence }: Sequence): Readonly<Record<string, string>> {
  const tree = treeOf({ Dev: { 'dev-1': { id: '222222222222' } } });
  const written = writtenBy({ live, now, ...sequence });
  const nameOf = (record: ChangeRecord | undefined) => (record ? editOf(record.content).policyName : '');
  const policies =
    live === null
      ? []
      : [
          {
            ...{ id: live.id, name: nameOf(written[0]), awsManaged: false, tags: null, text: live.text },
            targets: live.targetIds.map((id) => ({ id, type: 'ou', name: 'Development' }) as const),
          },
        ];
  const seen = { tree, policies, reports: [], readSince: now + day, now: now + day } as const;
  const knowledge = buildKnowledge({ tree, reports: [], cutOff: 0 });
  const watch = scpWatching.watcher(
    { ...seen, review: 'organization', moves: new Map(), knowledge },
    written,
  );
  return Object.fromEntries(
    written.flatMap((record) =>
      watch(record).flatMap((event) => (event.type === 'drift-detected' ? [[record.id, event.detail]] : [])),
    ),
  );
}
