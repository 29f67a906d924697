import { check, doubtful, fine, wrong } from '../check.ts';

/** Whether the stack is deployed and whole. */
export const stack = check({
  name: 'stack',
  reads: ['caller', 'stack'],
  judge: ({ caller: { accountId, region }, stack: found }, { stackName }) => {
    if (found === null)
      return [
        wrong(
          `there is no stack ${stackName} in account ${accountId} and ${region}`,
          'deploy it, or say where it is: --stage and AWS_REGION; before the first deployment give --no-stack',
        ),
      ];
    const { name, status } = found;
    if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return [fine(`${name} is ${status}`)];
    const seen = `${name} is ${status}`;
    if (status.endsWith('_IN_PROGRESS'))
      return [doubtful(seen, 'wait until CloudFormation has finished, and ask again')];
    // A failed update was undone: what ran before runs.
    if (status === 'UPDATE_ROLLBACK_COMPLETE')
      return [
        doubtful(`${seen}: the last deployment failed`, 'look at the events of the stack, and deploy again'),
      ];
    return [wrong(seen, 'look at the events of the stack, mend it, and deploy again')];
  },
});
