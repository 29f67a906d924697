import { denialDays } from '../../denial/observe-denials.ts';
import { check, fine } from '../check.ts';

/** Whether calls that an applied change denies are looked for in the organization's trail. That is a choice: nothing is wrong without. */
export const deniedCalls = check({
  name: 'denied-calls',
  reads: [],
  judge: (_, { configuration: { deployment } }) => [
    deployment.trailLogGroup === null
      ? fine(
          'not watched: reviews alone tell of them, without the principal. Name the log group of the organization trail as deployment.trailLogGroup and deploy to hear of them',
        )
      : fine(
          `watched for ${denialDays} days after a change was applied, in the log group ${deployment.trailLogGroup}`,
        ),
  ],
});
