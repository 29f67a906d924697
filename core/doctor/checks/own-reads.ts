import { check, doubtful, fine, unchecked } from '../check.ts';

/** What `oar review` asks with the caller's own credentials, tried by calls that change nothing. */
export const ownReads = check({
  name: 'own-reads',
  reads: ['ownReads'],
  judge: ({ ownReads: tried }) => {
    const refused = tried.filter(({ refusal }) => refusal !== null);
    const allowed = tried.length - refused.length;
    return [
      ...refused.map(({ action, isDenied, refusal }) =>
        isDenied
          ? doubtful(`${action} is refused to you: ${refusal}`, `allow ${action} to review from here`)
          : unchecked(`${action}: ${refusal}`),
      ),
      ...(allowed === 0
        ? []
        : [fine(`${allowed} of ${tried.length} reads of a review were answered to you`)]),
      unchecked(
        'iam:GenerateOrganizationsAccessReport of yours: a try would take the one report slot of the account',
      ),
    ];
  },
});
