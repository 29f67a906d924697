import { check, type Finding, fine, unchecked, wrong } from '../check.ts';

/** Whether the users and roles that the configuration names exist: those of approvers, those of Identity Center, and those that must keep working. */
export const principals = check({
  name: 'principals',
  reads: ['principals'],
  judge: ({ principals: looked }) => {
    if (looked.length === 0) return [fine('the configuration names no users and roles')];
    const findings: Finding[] = [];
    for (const { found, key, written } of looked) {
      if (found === null) findings.push(unchecked(`${key}: ${written} lies in another account`));
      if (found === false)
        findings.push(
          wrong(
            `${key}: there is no ${written} in this account`,
            key === 'breakGlass'
              ? 'correct the configuration, or make it: until then a deny leaves out nobody for it'
              : 'correct the configuration, or make it: nobody else decides in its place',
          ),
        );
    }
    const there = looked.filter(({ found }) => found === true).length;
    return there === 0 ? findings : [fine(`${there} of ${looked.length} users and roles exist`), ...findings];
  },
});
