import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  IdentitiesResult,
  IdentityChangeResult,
  IdentityFindingResult,
} from '../../../core/review/identities/identities-result.ts';
import type { Sandbox } from '../../../sandbox/server.ts';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import { identities, reviewed } from '../../support/identities-on-the-wire.ts';

const arnOf = (name: string): string => `arn:aws:iam::111111111111:${name}`;
const daysAgo = (iso: string | null): number => Math.round((Date.now() - Date.parse(iso ?? '')) / 86_400_000);

function found(result: IdentitiesResult, subject: string, service: string): IdentityFindingResult {
  const [finding, ...others] = result.findings.filter(
    ({ serviceNamespace, subjectArn }) => subjectArn === arnOf(subject) && serviceNamespace === service,
  );
  if (!finding || others.length > 0) throw new Error(`not one finding of ${service} by ${subject}`);
  return finding;
}

/** `do policy from`, without the reasons. */
function advised({ advice }: IdentityFindingResult): readonly string[] {
  return advice.map(({ do: what, from, policyName }) =>
    [what, policyName, from && `${from.type}/${from.name}`].filter(Boolean).join(' '),
  );
}

function verdicts({ certificate }: IdentityChangeResult): Readonly<Record<string, string>> {
  return Object.fromEntries(certificate.checks.map(({ name, verdict }) => [name, verdict]));
}

let sandbox: Sandbox;
afterEach(() => {
  const operations = sandbox.calls().map(({ operation }) => operation);
  expect(operations.filter((name) => !/^(List|Get|Describe|Generate|AssumeRole$)/.test(name))).toEqual([]);
  return closeBoxes();
});

describe('paulo: a group is narrowed to what its members use', () => {
  beforeEach(async () => {
    sandbox = await openBox({ scenario: 'group-to-used-services' });
  });

  test('one new version with the five services; the second statement and its Sid stay to the letter', async () => {
    const result = await reviewed('--group', 'Development', '--days', '90');
    expect(result).toMatchObject({ status: 'completed', thresholdDays: 90, level: 'service', refusals: [] });
    expect(result.subjects).toMatchObject([
      { type: 'group', name: 'Development', arn: arnOf('group/Development'), path: '/' },
    ]);
    const [change, ...others] = result.changes;
    expect(others).toEqual([]);
    const [step, ...steps] = change?.steps ?? [];
    expect(steps).toEqual([]);
    expect(step?.resource).toEqual({ type: 'managed-policy', arn: arnOf('policy/ExampleDevelopment') });
    const before = JSON.parse(step?.before ?? '');
    const after = JSON.parse(step?.after ?? '');
    expect(new Set(after.Statement[0].Action)).toEqual(
      new Set(['s3:*', 'kms:*', 'cloudtrail:*', 'logs:*', 'ec2:*']),
    );
    expect(after.Statement[0].Action).toHaveLength(5);
    const { NotAction: _, ...restBefore } = before.Statement[0];
    const { Action: __, ...restAfter } = after.Statement[0];
    expect(restAfter).toEqual(restBefore);
    expect(after.Statement.slice(1)).toEqual(before.Statement.slice(1));
    expect(step?.after).not.toContain('iam:*');
    expect(change).toMatchObject({
      accountId: '111111111111',
      confirm: 'Example Corp',
      principals: ['ana', 'bruno', 'carla', 'diego'].map((name) => arnOf(`user/${name}`)),
      risk: { level: 'medium' },
    });
    expect(change && verdicts(change)).toMatchObject({
      'nothing-used-lost': 'ok',
      'never-widens': 'ok',
      'only-intended-lost': 'ok',
      'untracked-actions': 'not-proven',
    });
    for (const service of ['ec2', 's3', 'cloudtrail', 'logs', 'kms', 'iam', 'organizations'])
      expect(change?.services).not.toContain(service);

    // What some used at first only is told with its last day, its user and its Region.
    const lambda = found(result, 'group/Development', 'lambda');
    expect(lambda).toMatchObject({
      kind: 'lapsed',
      daysUnused: 280,
      lastAccessedBy: arnOf('user/ana'),
      lastAccessedRegion: 'us-west-2',
      usedBy: [arnOf('user/ana')],
      status: 'open',
      grants: [
        {
          policyName: 'ExampleDevelopment',
          policyArn: arnOf('policy/ExampleDevelopment'),
          policyType: 'customer-managed',
          attachedTo: { type: 'group', name: 'Development' },
          via: 'direct',
        },
      ],
    });
    expect(daysAgo(lambda.lastAccessedAt)).toBe(280);
    expect(found(result, 'group/Development', 'lex')).toMatchObject({
      kind: 'never-used',
      lastAccessedAt: null,
      daysUnused: null,
      lastAccessedBy: null,
      usedBy: [],
    });
  });

  test('with a longer threshold the services of the first weeks are in use still', async () => {
    const result = await reviewed('--group', 'Development', '--days', '290');
    const after = JSON.parse(result.changes[0]?.steps[0]?.after ?? '');
    expect(new Set(after.Statement[0].Action)).toEqual(
      new Set(['s3:*', 'kms:*', 'cloudtrail:*', 'logs:*', 'ec2:*', 'lambda:*', 'sns:*']),
    );
  });
});

describe('martha: by which policies a user comes by what he does not use', () => {
  beforeEach(async () => {
    sandbox = await openBox({ scenario: 'which-policy' });
  });

  test('each path with its kind, direct or by group, and the advice for each', async () => {
    const result = await reviewed('--user', 'nikhilj');
    const of = (service: string) => found(result, 'user/nikhilj', service);
    expect(of('iam').grants).toEqual([
      {
        policyName: 'IAMFullAccess',
        policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess',
        policyType: 'aws-managed',
        attachedTo: { type: 'user', name: 'nikhilj' },
        via: 'direct',
      },
      {
        policyName: 'IAMFullAccess',
        policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess',
        policyType: 'aws-managed',
        attachedTo: { type: 'group', name: 'security-team' },
        via: { group: 'security-team' },
      },
    ]);
    expect(advised(of('iam'))).toEqual([
      'detach IAMFullAccess user/nikhilj',
      'leave-group IAMFullAccess group/security-team',
    ]);
    expect(advised(of('cloudtrail'))).toEqual([
      'leave-group AWSCloudTrailReadOnlyAccess group/security-team',
    ]);
    expect(advised(of('route53'))).toEqual(['keep App-Dev-Route53 group/app-dev']);
    expect(of('route53').advice[0]?.why).toMatch(/shirley.*richard/);
    expect(advised(of('elastictranscoder'))).toEqual([
      'detach App-Dev-ElasticTranscoder group/app-dev',
      'delete-policy App-Dev-ElasticTranscoder',
    ]);
    expect(result.findings.map(({ serviceNamespace }) => serviceNamespace).sort()).toEqual([
      ...['cloudtrail', 'elastictranscoder', 'iam', 'organizations', 'route53'],
    ]);
  });

  test('both ways to IAM go in one change; the policy of nobody is detached, then deleted', async () => {
    const { changes, refusals } = await reviewed('--user', 'nikhilj');
    expect(refusals).toEqual([]);
    const [leaving, deleting] = [...changes].sort((a, b) => a.services.length - b.services.length).reverse();
    expect(leaving).toMatchObject({
      services: ['cloudtrail', 'iam', 'organizations'],
      principals: [arnOf('user/nikhilj')],
      steps: [
        {
          resource: { type: 'membership', user: 'nikhilj', group: 'security-team' },
          before: 'member',
          after: null,
        },
        {
          resource: {
            type: 'policy-attachment',
            principal: { type: 'user', name: 'nikhilj' },
            policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess',
          },
          before: 'attached',
          after: null,
        },
      ],
    });
    expect(leaving && verdicts(leaving)['untracked-actions']).toBe('not-proven');
    expect(leaving?.certificate.checks.find(({ name }) => name === 'untracked-actions')?.detail).toContain(
      'iam:PassRole',
    );
    expect(deleting).toMatchObject({
      services: ['elastictranscoder'],
      risk: { level: 'high', flags: expect.arrayContaining(['DELETION']) },
      steps: [
        {
          resource: { type: 'policy-attachment', principal: { type: 'group', name: 'app-dev' } },
          after: null,
        },
        {
          resource: { type: 'managed-policy', arn: arnOf('policy/App-Dev-ElasticTranscoder') },
          before: expect.stringContaining('elastictranscoder:*'),
          after: null,
        },
      ],
    });
    expect(changes).toHaveLength(2);
  });
});

describe('arnav: customer-managed policies that are attached', () => {
  beforeEach(async () => {
    sandbox = await openBox({ scenario: 'managed-policies' });
  });

  test('one drops EC2, one goes, one makes room for its sixth version, one is judged by all who bear it', async () => {
    const result = await reviewed('--all');
    const change = (policy: string): IdentityChangeResult | undefined =>
      result.changes.find(({ steps }) =>
        steps.some(({ resource }) => 'arn' in resource && resource.arn === arnOf(`policy/${policy}`)),
      );
    const actionsAfter = (policy: string): unknown =>
      JSON.parse(change(policy)?.steps.at(-1)?.after ?? '').Statement[0].Action;
    expect(actionsAfter('ExampleDataAccess')).toEqual(['dynamodb:*', 's3:*']);
    expect(change('ExampleDataAccess')?.services).toEqual(['ec2']);
    expect(change('ExampleReports')?.steps.map(({ after, resource }) => [resource.type, after])).toEqual([
      ['policy-attachment', null],
      ['policy-attachment', null],
      ['managed-policy', null],
    ]);
    expect(actionsAfter('ExampleMessaging')).toEqual(['sqs:*', 'kms:Decrypt']);
    expect(change('ExampleMessaging')?.notes).toEqual([expect.stringMatching(/5 versions.*v1.*evidence/)]);
    expect(actionsAfter('ExampleShared')).toEqual(['s3:*', 'kms:*']);
    // An edit is proposed once, at the policy that grants.
    expect(new Set(result.changes.map(({ id }) => id)).size).toBe(result.changes.length);

    const keep = found(result, 'user/saanvi', 'dynamodb');
    expect(advised(keep)).toEqual(['keep ExampleDataAccess user/saanvi']);
    expect(keep.advice[0]?.why).toContain('OrderService');
    // A policy on two identities has its advice once.
    expect(advised(found(result, 'policy/ExampleShared', 'lambda'))).toEqual(['new-version ExampleShared']);
  });

  test('what is refused of two in the same words is read once; a role that is not stopped reads so', async () => {
    const refused = (await reviewed('--all')).refusals.map(({ detail }) => detail);
    const kms = 'ExampleShared names kms, whose use reports may not show';
    expect(refused.filter((detail) => detail === kms)).toHaveLength(2);
    const { output } = await identities('review', '--all');
    expect(output.split('Not proposed').at(-1)?.split(kms)).toHaveLength(2);
    expect(output).toContain('→ deny everything: not drafted, since NightlyExport is in an instance profile');
  });
});

describe('nikki: single actions', () => {
  beforeEach(async () => {
    sandbox = await openBox({ scenario: 'action-level' });
  });

  test('used, not accessed, not tracked and not permitted are told apart; what nobody can know stays', async () => {
    const result = await reviewed('--role', 'ExampleCorpQA', '--level', 'action');
    const ec2 = found(result, 'role/ExampleCorpQA', 'ec2');
    expect(ec2).toMatchObject({ kind: 'unused-actions', status: 'open' });
    expect(
      ec2.actions?.used.map(({ name, lastAccessedAt, region }) => [name, daysAgo(lastAccessedAt), region]),
    ).toEqual([
      ['DescribeAddresses', 2, 'us-east-1'],
      ['DescribeSecurityGroups', 6, 'us-east-1'],
      ['DescribeSubnets', 3, 'us-east-1'],
      ['DescribeVpcs', 2, 'us-east-1'],
    ]);
    expect(ec2.actions?.unused).toContainEqual({ name: 'CreateFleet', lastAccessedAt: null });
    // Permitted, and absent from the report though AWS's pages lead one to expect it.
    expect(ec2.actions?.notTracked).toContain('DescribeInstances');
    const [change] = result.changes;
    expect(change?.actions).toContain('ec2:CreateFleet');
    const after = JSON.parse(change?.steps[0]?.after ?? '');
    expect(after.Statement[0].Action).toEqual(
      expect.arrayContaining(['ec2:DescribeAddresses', 'ec2:DescribeInstances', 'ec2:DescribeVpcs']),
    );
    expect(after.Statement[0].Action).not.toContain('ec2:CreateFleet');
    expect(after.Statement[1]).toEqual(JSON.parse(change?.steps[0]?.before ?? '').Statement[1]);
  });

  test('an inline policy of a role: GetAccessPoint goes, GetObject and iam:PassRole stay, and the reader is told why', async () => {
    const result = await reviewed('--role', 'PaymentAppTestRole', '--level', 'action');
    const s3 = found(result, 'role/PaymentAppTestRole', 's3');
    expect(s3.actions?.used.map(({ name, region }) => [name, region])).toEqual([
      ['GetBucketLogging', 'us-west-2'],
      ['GetBucketPolicy', 'us-west-2'],
      ['GetBucketTagging', 'us-west-2'],
    ]);
    expect(s3.actions?.unused).toContainEqual({ name: 'GetAccessPoint', lastAccessedAt: null });
    expect(s3.actions?.notTracked).toContain('GetObject');
    const [change] = result.changes;
    expect(change?.steps[0]?.resource).toEqual({
      type: 'inline-policy',
      principal: { type: 'role', name: 'PaymentAppTestRole' },
      name: 'PaymentAppTest',
    });
    const after = change?.steps[0]?.after ?? '';
    expect(after).toContain('s3:GetObject');
    expect(after).toContain('iam:PassRole');
    expect(after).not.toContain('s3:GetAccessPoint');
    const iam = found(result, 'role/PaymentAppTestRole', 'iam');
    expect(advised(iam)).toEqual(['keep PaymentAppTest role/PaymentAppTestRole']);
    expect(iam.advice[0]?.why).toContain('AWS does not show their use');
  });

  test('at service level both roles keep what they have: each service is in use', async () => {
    const { changes } = await reviewed('--role', 'ExampleCorpQA');
    expect(changes).toEqual([]);
  });
});
