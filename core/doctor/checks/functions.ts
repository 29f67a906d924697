import { configurationDigest, configurationVariable } from '../../base/configuration-digest.ts';
import { check, type Finding, fine, unchecked, wrong } from '../check.ts';

/** Whether the functions can run, and run with the configuration at hand. */
export const functions = check({
  name: 'functions',
  reads: ['functions'],
  judge: ({ functions: deployed }, { configuration }) => {
    const problems: Finding[] = [];
    const present = deployed.filter(({ state }) => state !== null);
    for (const { deployedName, lastUpdate, state } of deployed) {
      if (state === null)
        problems.push(wrong(`there is no function ${deployedName}, though the stack has it`, 'deploy again'));
      else if (state !== 'Active' || lastUpdate !== 'Successful')
        problems.push(
          wrong(
            `${deployedName} is ${state}, its last update ${lastUpdate}`,
            'look at it in Lambda, and deploy again',
          ),
        );
    }
    return [
      ...(problems.length > 0 ? problems : [fine(`${deployed.length} functions are active`)]),
      comparedConfiguration(
        present.map(({ variables }) => variables[configurationVariable] ?? null),
        configurationDigest(configuration),
      ),
    ];
  },
});

function comparedConfiguration(digests: readonly (string | null)[], atHand: string): Finding {
  if (digests.every((digest) => digest === null))
    return unchecked(
      'which configuration was deployed: the functions do not say, as they were deployed by an earlier version',
      'deploy again',
    );
  const differing = digests.filter((digest) => digest !== atHand).length;
  if (differing === 0) return fine('the functions have the configuration at hand');
  return wrong(
    `${differing} of ${digests.length} functions were deployed with another configuration than the one at hand`,
    'deploy again, or name the file that was deployed with --config',
  );
}
