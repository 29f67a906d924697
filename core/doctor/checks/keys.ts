import { check, doubtful, type Finding, fine, wrong } from '../check.ts';

/** The customer-managed keys of topics and table: without its key nothing of them can be read or sent. */
export const keys = check({
  name: 'keys',
  reads: ['keys'],
  judge: ({ keys: found }) => {
    if (found.length === 0) return [fine('no customer-managed key in use')];
    return found.map(({ id, rotated, state, use }): Finding => {
      const seen = `the key ${id} of ${use}`;
      if (state === null) return wrong(`${seen} does not exist`, 'deploy again with a key that exists');
      if (state === 'PendingDeletion')
        return wrong(`${seen} waits for its deletion`, `aws kms cancel-key-deletion --key-id ${id}`);
      if (state !== 'Enabled') return wrong(`${seen} is ${state}`, `aws kms enable-key --key-id ${id}`);
      if (rotated === false)
        return doubtful(`${seen} is not rotated`, `aws kms enable-key-rotation --key-id ${id}`);
      return fine(`${seen} is enabled${rotated === true ? ' and rotated' : ''}`);
    });
  },
});
