import { describe, expect, test } from '@jest/globals';
import { startSandbox } from '../../../sandbox/server.ts';
import ofIam from '../../cases/sandbox/aws-cli-iam.json' with { type: 'json' };
import ofMessaging from '../../cases/sandbox/aws-cli-messaging.json' with { type: 'json' };
import { hasAwsCli, runAwsCli } from './aws-cli.ts';
import { identityScenario } from './identities.ts';

interface Case {
  readonly aws: readonly string[];
  readonly answers?: unknown;
  readonly error?: string;
}
const cases: readonly Case[] = [...ofIam, ...ofMessaging];

const present = hasAwsCli();
if (!present)
  console.log('The AWS CLI is not there as a Python package: its judgement of the sandbox is left out.');

describe('the AWS CLI understands the sandbox', () => {
  test('every operation of IAM, STS, AWS Config, SNS subscriptions and Secrets Manager is answered or refused as AWS does it', async () => {
    if (!present) return;
    const sandbox = await startSandbox({ scenario: identityScenario, fast: true });
    const answers = await runAwsCli(
      sandbox.endpoint,
      cases.map(({ aws }) => aws),
    );
    await sandbox.close();
    const differences = cases.flatMap(({ aws, answers: wanted, error }, index) => {
      const { code, out, err } = answers[index] ?? { code: -1, out: '', err: 'no answer' };
      const found = code === 0 ? (out.trim() === '' ? '' : JSON.parse(out)) : null;
      const fits =
        error === undefined
          ? code === 0 && JSON.stringify(found) === JSON.stringify(wanted)
          : code !== 0 && err.includes(`(${error})`);
      return fits ? [] : [`aws ${aws.join(' ')}: ${code === 0 ? out : err}`];
    });
    expect(differences).toEqual([]);
  });
});
