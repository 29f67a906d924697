import { check, type Finding, fine, wrong } from '../check.ts';
import type { TableReading } from '../readings.ts';

const deployAgain = 'npx sls deploy makes it as deploy/table.yml says';

/** The table: keys, indexes, expiry, point-in-time recovery. */
export const table = check({
  name: 'table',
  reads: ['stack', 'table'],
  judge: ({ stack, table: found }) => {
    if (found === null)
      return [
        wrong(
          `there is no table ${stack?.outputs.TableName ?? ''}`.trimEnd(),
          'restore it from point-in-time recovery or a backup; deploying again does not bring its items back',
        ),
      ];
    const problems = problemsOf(found);
    return problems.length > 0
      ? problems
      : [fine(`${found.name}: keys, indexes, expiry and point-in-time recovery as needed`)];
  },
});

function problemsOf(found: TableReading): readonly Finding[] {
  const { expiryAttribute, indexes, keys, name, needed, pointInTimeRecovery, status } = found;
  const problems: Finding[] = [];
  if (status !== 'ACTIVE')
    problems.push(wrong(`${name} is ${status}`, 'wait until DynamoDB has finished, and ask again'));
  if (keys !== needed.keys)
    problems.push(
      wrong(`${name} has the keys ${keys}, not ${needed.keys}`, 'this is another table: look at TABLE_NAME'),
    );
  for (const [index, shape] of Object.entries(needed.indexes)) {
    const seen = indexes[index];
    if (seen === undefined) problems.push(wrong(`${name} has no index ${index}`, deployAgain));
    else if (seen !== shape)
      problems.push(wrong(`the index ${index} is ${seen}; needed is ${shape}`, deployAgain));
  }
  if (expiryAttribute !== 'ttl')
    problems.push(
      wrong(
        expiryAttribute === null
          ? `items of ${name} do not expire, so evidence is kept for ever`
          : `items of ${name} expire by ${expiryAttribute}, not by ttl`,
        deployAgain,
      ),
    );
  if (!pointInTimeRecovery)
    problems.push(
      wrong(`${name} has no point-in-time recovery, so no decision could be restored`, deployAgain),
    );
  return problems;
}
