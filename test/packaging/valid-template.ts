import { spawnSync } from 'node:child_process';
import { expect } from '@jest/globals';

/** Expects that AWS's own rules for templates find no error. A boundary or a key is named with the account that it is in, which is a warning. */
export function isValid(template: string): void {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/check-cfn.mjs', template], {
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('WARN W9013'));
  expect({ status, lines }).toEqual({
    status: 0,
    lines: [expect.stringMatching(/: 0 errors, \d+ warnings/)],
  });
}
