import { deploymentProblems } from '../../base/configured-reach.ts';
import { counted } from '../../base/counted.ts';
import { check, fine, wrong } from '../check.ts';

/** Whether the configuration reaches somebody where something is proposed: parsing and dry runs do not ask for it. */
export const configuration = check({
  name: 'configuration',
  reads: ['caller'],
  judge: ({ caller }, { configuration: settings }) => {
    // Who has no approver as a rule did not begin yet.
    const first = settings.approvers.length === 0 ? 'npx --no -- oar init asks for it, or ' : '';
    const problems = deploymentProblems(settings, caller).map((problem) =>
      wrong(problem, `${first}correct reviewer.config.json: sls deploy and stored reviews refuse it too`),
    );
    if (problems.length > 0) return problems;
    const { approvers, mode } = settings;
    return [
      mode === 'observe'
        ? fine('mode is observe: nothing is proposed')
        : fine(`mode is approve, with ${counted(approvers.length, 'approver')}`),
    ];
  },
});
