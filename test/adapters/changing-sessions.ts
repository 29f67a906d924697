import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../adapters/ports.ts';

/** A credential process that gives another session each time it is asked, up to the last one; the SDK asks again as each is about to expire. The clock's waits end once the next session is there, however slow the machine is. */
export function sessions(last: number) {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  const script = join(folder, 'session.mjs');
  const config = join(folder, 'config');
  const asked = join(folder, 'asked');
  writeFileSync(asked, '');
  writeFileSync(
    script,
    `import { appendFileSync, statSync } from 'node:fs';
const asked = ${JSON.stringify(asked)};
const number = Math.min(statSync(asked).size + 1, ${last});
const Expiration = new Date(Date.now() + 60_000).toISOString();
const AccessKeyId = 'ASIASESSION' + number;
console.log(JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey: 's', SessionToken: 't', Expiration }));
process.on('exit', () => appendFileSync(asked, '.'));
`,
  );
  writeFileSync(config, `[default]\ncredential_process = "${process.execPath}" "${script}"\n`);
  let seen = 0;
  const clock: Clock = {
    now: () => Date.now(),
    wait: async () => {
      // Each call makes the SDK fetch the next session beside it.
      for (let tries = 0; statSync(asked).size <= seen && tries < 400; tries += 1) await sleep(25);
      seen = statSync(asked).size;
      await sleep(150);
    },
  };
  return {
    clock,
    variables: {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    },
  };
}
