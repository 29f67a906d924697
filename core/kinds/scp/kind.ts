import { type Intent, intentOf } from '../../change/content/intents.ts';
import type { Kind } from '../kind.ts';
import { policyIdOf } from './ours/own-policy.ts';
import { policiesOf } from './ours/own-writes.ts';
import { exemptionsFrom } from './ours/standing-exemptions.ts';
import { draftGiveBack, noExemption, noExemptionFromEnd, noRollBack } from './proposing/give-back.ts';
import { withoutServices } from './proposing/withdraw.ts';
import { tell } from './tell.ts';
import { whyNotDeniedBy } from './watching/denied-by.ts';

const notPossible: { readonly [Each in Intent]: Readonly<Record<'roll-back' | 'exempt', string | null>> } = {
  deny: { 'roll-back': null, exempt: null },
  'give-back': { 'roll-back': noRollBack, exempt: noExemption },
  'end-exemption': { 'roll-back': null, exempt: noExemptionFromEnd },
  // Whoever asks is told that it is of a later version.
  unknown: { 'roll-back': null, exempt: null },
};

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
  notPossible: (content, what) => notPossible[intentOf(content)][what],
  tell,
};
