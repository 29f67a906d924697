import { check, type Finding, fine, wrong } from '../check.ts';
import type { ScheduleReading, StackReading } from '../readings.ts';

const deployAgain = 'npx sls deploy makes it again';

/** What each schedule of the stack starts, by logical ids. */
const targets = {
  ReviewSchedule: 'ReviewMachine',
  ApplySchedule: 'ApplyLambdaFunction',
  SweepSchedule: 'SweepLambdaFunction',
  SubscribersSchedule: 'SweepLambdaFunction',
} as const;

/** Whether the schedules are there and enabled, and start what they are for: nothing else reviews, applies or expires by itself. */
export const schedules = check({
  name: 'schedules',
  reads: ['stack', 'schedules'],
  judge: ({ schedules: found, stack }, { configuration }) => {
    const resources = stack?.resources ?? new Map();
    const problems = Object.entries(targets).flatMap(([logicalId, target]) => {
      const schedule = found.find((candidate) => candidate.logicalId === logicalId);
      return schedule
        ? problemsOf(schedule, target, resources)
        : [wrong(`there is no schedule ${logicalId}`, deployAgain)];
    });
    const review = found.find(({ logicalId }) => logicalId === 'ReviewSchedule');
    if (review && review.expression !== configuration.schedule)
      problems.push(
        wrong(`${review.name} has ${review.expression}, not ${configuration.schedule}`, deployAgain),
      );
    return problems.length > 0 ? problems : [fine(`${found.length} schedules are enabled`)];
  },
});

function problemsOf(
  { logicalId, name, roleArn, state, targetArn }: ScheduleReading,
  target: string,
  resources: StackReading['resources'],
): Finding[] {
  const problems: Finding[] = [];
  if (state !== 'ENABLED')
    problems.push(wrong(`the schedule ${logicalId} is ${state}`, `enable ${name} in EventBridge Scheduler`));
  const physicalId = resources.get(target)?.physicalId;
  // The physical id of a state machine is its ARN, that of a function its name.
  if (targetArn !== physicalId && !targetArn.endsWith(`:function:${physicalId}`))
    problems.push(wrong(`the schedule ${logicalId} starts ${targetArn}`, deployAgain));
  if (!roleArn.endsWith(`/${resources.get('ReviewScheduleRole')?.physicalId}`))
    problems.push(wrong(`the schedule ${logicalId} starts it as ${roleArn}`, deployAgain));
  return problems;
}
