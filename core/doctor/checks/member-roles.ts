import { check, type Finding, fine, unchecked } from '../check.ts';

/** Whether member accounts can be entered by the role to read. AWS answers the same where it is missing and where it does not trust the caller. */
export const memberRoles = check({
  name: 'member-roles',
  reads: ['members'],
  judge: ({ members }, { configuration: { memberRoles: roles } }) => {
    const entered = members.filter(({ refusal }) => refusal === null);
    const refused = members.filter(({ refusal }) => refusal !== null);
    const findings: Finding[] = [];
    if (entered.length > 0)
      findings.push(
        fine(`${entered.length} of ${members.length} tried accounts can be entered by ${roles.read}`),
      );
    for (const { accountId, refusal } of refused)
      findings.push(
        unchecked(
          `account ${accountId} by ${roles.read}, as you: ${refusal}`,
          'the role is missing there, or does not trust you: to try it, add yourself to Readers (docs/deploy.md)',
        ),
      );
    return findings.length > 0 ? findings : [fine('the organization has no ACTIVE member account')];
  },
});
