import { ok, refused } from '../../base/result.ts';
import { subjectOf } from '../../change/content/subject.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { Kind } from '../kind.ts';
import { whyNotDeniedBy } from './denied-by.ts';
import { tell } from './tell.ts';

/** Edits of one account's IAM. */
export const iam: Kind = {
  proposedBy: 'identities',
  writesTheSame,
  listedUnder: ({ content }) => subjectOf(content).listedId,
  whyNotDeniedBy,
  // Its steps stand or fall together: without one of its services it is another change, which the next review drafts.
  withoutServices: () => ok(null),
  draftGiveBack: () =>
    refused({
      code: 'NOT_POSSIBLE',
      detail: 'single services are not given back in IAM: roll the change back',
    }),
  exemptionsFrom: () => [],
  notPossible: (_, what) =>
    what === 'exempt'
      ? 'single services are not exempted from a change of IAM: reject it, and name the exemption in the configuration'
      : null,
  tell,
};

function writesTheSame(record: ChangeRecord, other: ChangeRecord): boolean {
  if (other.content.kind !== 'iam') return false;
  const mine = subjectOf(record.content).resourceIds;
  return subjectOf(other.content).resourceIds.some((id) => mine.includes(id));
}
