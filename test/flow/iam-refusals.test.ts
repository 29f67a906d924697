import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import cases from '../cases/flow/iam-refusals.json' with { type: 'json' };
import { everyKind, everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

let story: IamStory;
let proposed: Snapshot;
let untouched: unknown;
const ids = new Map<string, string>();
beforeAll(async () => {
  story = await openIamStory({ scenario: everyKindScenario });
  await story.reviewIdentities(everyKindEvent);
  for (const [kind, title] of Object.entries(everyKind)) {
    ids.set(kind, await story.idOf(title));
  }
  untouched = await story.access();
  proposed = await takeSnapshot(story);
});
afterAll(() => story.close());

describe('what IAM answers to the write of an approved change', () => {
  test.each(cases.cases)(
    '$change: $operation answers $answer',
    async ({ answer, change, code, operation, status, stays, then, times = 1 }) => {
      await proposed.restore();
      const id = ids.get(change) ?? '';
      await story.approveFully(id);
      story.sandbox.faults.add(`error:${operation}:${answer}:${times}`);
      const outcome = await story.outcome(id);
      story.sandbox.faults.clear();
      const reason = await story.reason(id);
      expect({ outcome, code: reason?.code ?? null }).toEqual({ outcome: status, code });
      // Whoever approved is told AWS's own word, the operation and what to do where there is something to do.
      if (reason !== null) expect(reason.detail).toContain(operation);
      if (stays) expect(await story.access()).toEqual(untouched);
      if (then !== undefined) expect(await story.outcome(id)).toBe(then);
    },
  );
});
