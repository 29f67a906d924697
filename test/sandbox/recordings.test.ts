import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type AccessDetail,
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
  type GetOrganizationsAccessReportCommandInput,
} from '@aws-sdk/client-iam';
import { UpdatePolicyCommand } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ScenarioAccessKey } from '../../sandbox/scenario.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import serviceNames from '../../sandbox/service-names.json' with { type: 'json' };
import { clientsOf, smallScenario } from './clients.ts';
import { deniedTo, type Observation, type Recording } from './recording.ts';

const folder = fileURLToPath(new URL('../../../shared/data/recorded/', import.meta.url));
const present = existsSync(`${folder}organizations-access-report.json`);
if (!present)
  console.log('No recordings of AWS beside the project: only the cases in test/cases/sandbox are checked.');

const started = Date.parse('2026-09-11T16:02:37.744Z');
const three =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","iam:GetUser","sqs:SendMessage"],"Resource":"*"}]}';
const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const services455 = serviceNames.filter(({ namespace }) => namespace !== 'network-security-manager');
const usage = (count: number) =>
  Object.fromEntries(services455.slice(-count).map(({ namespace }) => [namespace, { daysAgo: 3 }]));

const replay = async (
  recording: Recording,
  observations: readonly Observation[],
): Promise<readonly string[]> => {
  const keys: Record<string, ScenarioAccessKey> = {};
  const keyOf = (caller: string): string => `AKIA${caller.replaceAll(/\W/g, 'x').toUpperCase()}`;
  for (const { caller } of observations) keys[keyOf(caller)] = { user: caller.split('/')[0] ?? caller };
  const contents = new Map([
    ['p-final0001', three],
    ['p-final0003', everything],
  ]);
  for (const { input, scpContent } of observations) {
    if (scpContent !== undefined) contents.set(String(input.OrganizationsPolicyId), scpContent);
  }
  const jobSeconds: [number, number] = [1, 1];
  const sandbox = await startSandbox({
    isStill: true,
    jobSeconds,
    scenario: {
      organization: { id: 'o-aaaaaaaaaa', managementAccountId: '123456789012' },
      now: new Date(started).toISOString(),
      root: {
        id: 'r-abcd',
        children: [
          ...[1, 2, 3, 4].map((index) => ({ ou: `ou-abcd-0000000${index}`, name: `Unit ${index}` })),
          { account: '123456789012', name: 'management', usage: usage(340) },
          { account: '222222222222', name: 'member', usage: usage(25) },
        ],
      },
      policies: [...contents].map(([id, content]) => ({
        id,
        name: id,
        content,
        targets: id === 'p-owned001' ? ['ou-abcd-00000001'] : [],
      })),
      accessKeys: keys,
      catalogue: { remove: ['network-security-manager'] },
    },
  });
  const clients = new Map(Object.keys(keys).map((key) => [key, clientsOf(sandbox, key)]));
  const known = new Map<string, string>();
  const ends = new Map<string, number>();
  const filled = (input: Observation['input']) =>
    Object.fromEntries(Object.entries(input).map(([name, value]) => [name, known.get(value) ?? value]));
  const differences: string[] = [];

  try {
    for (const observation of observations) {
      const { caller, operation, input, callerPolicy } = observation;
      const key = keyOf(caller);
      const denied = callerPolicy === undefined ? keys[key]?.denied : deniedTo(caller, callerPolicy);
      keys[key] = { user: caller.split('/')[0] ?? caller, ...(denied === undefined ? {} : { denied }) };
      // Calls were stamped when their answers were seen, up to 0.15 s after AWS looked at the job.
      const end = ends.get(String(input.JobId)) ?? Number.POSITIVE_INFINITY;
      const pending = observation.output?.JobStatus === 'IN_PROGRESS';
      const looked = Math.abs(observation.at - end) > 0.15 ? observation.at : end + (pending ? -0.05 : 0.05);
      sandbox.world.advanceSeconds((started - sandbox.world.now()) / 1000 + looked);
      const recorded = recording.jobs.find(({ job }) => job === observation.case);
      if (recorded !== undefined) {
        jobSeconds.fill(recorded.seconds);
        ends.set(`<job:${recorded.job}>`, observation.at + recorded.seconds);
      }

      const { iam } = clients.get(key) ?? clientsOf(sandbox, key);
      const given = filled(input);
      let code = 'Success';
      let message: string | undefined;
      let output: Record<string, unknown> = {};
      try {
        output = operation.startsWith('Generate')
          ? {
              ...(await iam.send(
                new GenerateOrganizationsAccessReportCommand({
                  EntityPath: given.EntityPath,
                  OrganizationsPolicyId: given.OrganizationsPolicyId,
                }),
              )),
            }
          : {
              ...(await iam.send(
                new GetOrganizationsAccessReportCommand(
                  given as unknown as GetOrganizationsAccessReportCommandInput,
                ),
              )),
            };
      } catch (error) {
        code = (error as Error).name.replace(/Exception$/, '');
        message = (error as Error).message.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) =>
          id.startsWith('0000') ? id : '<job>',
        );
      }
      const differ = (what: string, expected: unknown, found: unknown): void => {
        if (JSON.stringify(expected) !== JSON.stringify(found))
          differences.push(
            `${observation.case} ${what}: AWS ${JSON.stringify(expected)}, here ${JSON.stringify(found)}`,
          );
      };
      differ('code', observation.code, code);
      differ('message', observation.message?.replace(/<job[^>]*>/, '<job>'), message);
      if (observation.code !== 'Success') continue;
      const expected = observation.output ?? {};
      for (const name of [
        'JobStatus',
        'NumberOfServicesAccessible',
        'NumberOfServicesNotAccessed',
        'IsTruncated',
        'ErrorDetails',
      ]) {
        const sorted = (value: unknown) =>
          typeof value === 'object' && value !== null ? Object.entries(value).sort() : value;
        differ(name, sorted(expected[name]), sorted(output[name]));
      }
      for (const name of ['JobCompletionDate', 'JobCreationDate'])
        differ(`has ${name}`, name in expected, output[name] !== undefined);
      if (operation.startsWith('Generate')) {
        const reference = String(expected.JobId);
        const before = known.get(reference);
        if (before !== undefined) differ('JobId', before, output.JobId);
        else known.set(reference, String(output.JobId));
      }
      if (typeof expected.Marker === 'string') known.set(expected.Marker, String(output.Marker));
      const rows = output.AccessDetails as readonly AccessDetail[] | undefined;
      if (rows === undefined) continue;
      // Some pages were recorded without their rows, and unused services have no fixed order by time.
      if (expected.AccessDetails === undefined) continue;
      differ('has Marker', 'Marker' in expected, output.Marker !== undefined);
      differ('rows', observation.accessDetailsCount, rows.length);
      if (input.SortKey?.startsWith('LAST_')) continue;
      const written = rows
        .slice(0, (expected.AccessDetails as unknown[]).length)
        .map((row) => Object.entries(row).sort());
      differ(
        'first rows',
        (expected.AccessDetails as object[]).map((row) => Object.entries(row).sort()),
        written,
      );
    }
  } finally {
    for (const each of clients.values()) each.destroy();
    await sandbox.close();
  }
  return differences;
};

describe('real AWS exchanges, replayed', () => {
  test('access reports: every recorded answer is given again', async () => {
    if (!present) return;
    const recording = JSON.parse(
      readFileSync(`${folder}organizations-access-report.json`, 'utf8'),
    ) as Recording;
    const observations = recording.groups
      // The second capture is of another day; resource-scoped IAM policies are not the sandbox's part.
      .filter(({ id }) => id !== 'second_capture_20260927' && id !== 'iam_authorization_on_generate')
      .flatMap((group) => group.observations)
      .filter(({ operation }) => !operation.startsWith('organizations:'))
      .sort((left, right) => left.at - right.at);
    expect(observations.length).toBeGreaterThan(250);
    expect(await replay(recording, observations)).toEqual([]);
  });

  test('the services of a whole report, in AWS\u2019s order', () => {
    if (!present) return;
    const recorded = JSON.parse(readFileSync(`${folder}access-report-services.json`, 'utf8')) as readonly {
      ServiceNamespace: string;
      ServiceName: string;
    }[];
    expect(
      services455.map(({ namespace, name }) => ({ ServiceNamespace: namespace, ServiceName: name })),
    ).toEqual(recorded);
  });

  describe('SCP texts', () => {
    let sandbox: Sandbox;
    let clients: ReturnType<typeof clientsOf>;
    beforeAll(async () => {
      sandbox = await startSandbox({ scenario: smallScenario });
      clients = clientsOf(sandbox);
    });
    afterAll(async () => {
      clients.destroy();
      await sandbox.close();
    });

    test('every text that AWS took is taken and given back as sent', async () => {
      if (!present) return;
      const { groups } = JSON.parse(readFileSync(`${folder}scp-validation.json`, 'utf8')) as {
        groups: readonly {
          id: string;
          cases: readonly { content: string; accepted: boolean; code: string }[];
        }[];
      };
      const cases = groups.filter(({ id }) => id === 'scp_content').flatMap((group) => group.cases);
      for (const { content, accepted } of cases.filter((item) => item.accepted)) {
        const { Policy } = await clients.organizations.send(
          new UpdatePolicyCommand({ PolicyId: 'p-unattached', Content: content }),
        );
        expect([accepted, Policy?.Content]).toEqual([true, content]);
      }
    });
  });
});
