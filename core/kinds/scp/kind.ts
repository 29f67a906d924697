import type { Kind } from '../kind.ts';
import { policyIdOf } from './applied.ts';
import { whyNotDeniedBy } from './denied-by.ts';
import { draftGiveBack, isGiveBack, noExemption, noRollBack } from './give-back.ts';
import { tell } from './tell.ts';
import { withoutServices } from './withdraw.ts';

/** Edits of service control policies. */
export const scp: Kind = {
  proposedBy: 'organization',
  writesTheSame: (record, other) =>
    other.content.kind === 'scp' && policyIdOf(record) !== null && policyIdOf(record) === policyIdOf(other),
  listedUnder: policyIdOf,
  whyNotDeniedBy,
  withoutServices,
  draftGiveBack,
  notPossible: (content, what) => {
    if (!isGiveBack(content)) return null;
    return what === 'roll-back' ? noRollBack : noExemption;
  },
  tell,
};
