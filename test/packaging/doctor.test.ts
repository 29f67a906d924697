import { readFileSync } from 'node:fs';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { expect, test } from '@jest/globals';
import type { Line } from '../../core/doctor/check.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { pointAt } from '../adapters/environment.ts';
import { oar } from '../cli/run-oar.ts';
import { resolveTemplate } from './package-service.ts';

test('the template as it is packaged, deployed: the doctor finds nothing wrong with the stack', async () => {
  const sandbox = await startSandbox({ scenario: 'deny-list', fast: true });
  const restore = pointAt(sandbox.endpoint);
  const template = readFileSync(await resolveTemplate(), 'utf8');
  try {
    await new CloudFormationClient({}).send(
      new CreateStackCommand({ StackName: 'org-access-reviewer-live', TemplateBody: template }),
    );
    const checks = 'stack,functions,permissions,table,bus,keys';
    const { output } = await oar('nobody', 'doctor', '--only', checks, '--format', 'json');
    const { checks: lines } = JSON.parse(output) as { readonly checks: readonly Line[] };
    expect(lines.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
    expect(lines.filter(({ verdict }) => verdict === 'ok').length).toBeGreaterThanOrEqual(13);
  } finally {
    restore();
    await sandbox.close();
  }
});
