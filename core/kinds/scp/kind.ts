import type { Kind } from '../kind.ts';
import { policyIdOf } from './applied.ts';
import { whyNotDeniedBy } from './denied-by.ts';
import {
  draftGiveBack,
  isEndOfExemption,
  isGiveBack,
  noExemption,
  noExemptionFromEnd,
  noRollBack,
} from './give-back.ts';
import { policiesOf } from './own-writes.ts';
import { exemptionsFrom } from './standing-exemptions.ts';
import { tell } from './tell.ts';
import { withoutServices } from './withdraw.ts';

/** Edits of service control policies. */
export const scp: Kind = {
  proposedBy: 'organization',
  writesTheSame: (record, other) => {
    const policyId = policyIdOf(record);
    return policyId !== null && policiesOf(other).includes(policyId);
  },
  listedUnder: policyIdOf,
  whyNotDeniedBy,
  withoutServices,
  draftGiveBack,
  exemptionsFrom,
  notPossible: (content, what) => {
    if (isEndOfExemption(content)) return what === 'exempt' ? noExemptionFromEnd : null;
    if (!isGiveBack(content)) return null;
    return what === 'roll-back' ? noRollBack : noExemption;
  },
  tell,
};
