import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { wireIdentities } from '../../adapters/wire-identities.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import type { IdentityResource } from '../../core/identity/identity-step.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import { accounts, memberRoles, organizationWith } from '../adapters/identity-box.ts';
import { allowing } from '../support/worlds.ts';
import { adaptersOf } from './adapters-of.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}
interface Role {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: {
    readonly RoleName: unknown;
    readonly AssumeRolePolicyDocument: { readonly Statement: readonly unknown[] };
    readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  };
}

/** CloudFormation's short forms as objects: `!Ref Readers` is `{Ref: 'Readers'}`. */
const shortForms = [
  ...['Ref', 'Sub'].map((name) => ({ tag: `!${name}`, resolve: (text: string) => ({ [name]: text }) })),
  { tag: '!Equals', collection: 'seq' as const, resolve: (list: unknown) => ({ Equals: list }) },
];
const template = parse(readFileSync('deploy/member-roles.yml', 'utf8'), { customTags: shortForms }) as {
  readonly Parameters: Readonly<
    Record<string, { readonly Default?: string; readonly AllowedPattern?: string }>
  >;
  readonly Resources: { readonly ReadRole: Role; readonly WriteRole: Role };
};
const { ReadRole, WriteRole } = template.Resources;

const statementsOf = ({ Properties }: Role): readonly Statement[] =>
  Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
const allowedBy = (role: Role): readonly string[] =>
  statementsOf(role)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action)
    .sort();
const sorted = (actions: Iterable<string>): readonly string[] => [...new Set(actions)].sort();

describe('who may take the roles', () => {
  const trust = (actions: unknown, principals: string, source: object) => [
    {
      Effect: 'Allow',
      Principal: { AWS: { Sub: `arn:\${AWS::Partition}:iam::\${ManagementAccountId}:root` } },
      Action: actions,
      Condition: {
        ArnLike: { 'aws:PrincipalArn': { Ref: principals } },
        StringEquals: {
          'aws:PrincipalOrgID': { Ref: 'OrganizationId' },
          'sts:ExternalId': { Ref: 'ExternalId' },
        },
        ...source,
      },
    },
  ];

  test('to read: the readers of the organization, with the external id', () => {
    const { Statement } = ReadRole.Properties.AssumeRolePolicyDocument;
    expect(Statement).toEqual(trust('sts:AssumeRole', 'Readers', {}));
  });

  test('to write: the writers alone, with the external id and a source identity that is not empty', () => {
    const { Statement } = WriteRole.Properties.AssumeRolePolicyDocument;
    const named = { StringLike: { 'sts:SourceIdentity': '?*' } };
    expect(Statement).toEqual(trust(['sts:AssumeRole', 'sts:SetSourceIdentity'], 'Writers', named));
    expect(WriteRole.Condition).toBe('MayWrite');
    expect(ReadRole.Condition).toBeUndefined();
  });

  test('by the names that the configuration has where it says none', () => {
    const parsed = parseConfiguration({});
    const { ReadRoleName, WriteRoleName } = template.Parameters;
    expect(parsed.ok && parsed.value.memberRoles).toMatchObject({
      read: ReadRoleName?.Default,
      write: WriteRoleName?.Default,
    });
  });
});

/** The operations whose commands these files send, by the SDK's client. */
function sentBy(files: readonly string[]): readonly string[] {
  return files.flatMap((name) => {
    const text = readFileSync(`adapters/aws/${name}`, 'utf8');
    const prefix = text.includes("'@aws-sdk/client-config-service'") ? 'config' : 'iam';
    return [...text.matchAll(/new (\w+)Command\(/g)].map(([, operation]) => `${prefix}:${operation}`);
  });
}

test('the role to read may do what the adapters that read send, and nothing else', () => {
  const readers = [
    ...['account-reader.ts', 'credentials-reader.ts', 'compliance-reports.ts'],
    ...['identity-reports.ts', 'identity-writer.ts'],
  ];
  const files = new Set([...readers, ...readers.flatMap((name) => adaptersOf(`adapters/aws/${name}`))]);
  // Of what writes policies, only the look at who bears one is a read: right before a change that makes it, and at its roll back.
  const sent = sentBy([...files]).filter((action) => /:(Get|List|Generate|PutEvaluations)/.test(action));
  expect(sent).toContain('iam:GetAccountAuthorizationDetails');
  expect(allowedBy(ReadRole)).toEqual(sorted(sent));
});

describe('what the role to write may do', () => {
  const member = accounts.member;
  const managed = `arn:aws:iam::${member}:policy/Full`;
  const made = `arn:aws:iam::${member}:policy/Made`;
  const text = (action: string): string => JSON.stringify(allowing(action));
  const names = { user: 'mateo', group: 'developers', role: 'exporter' } as const;
  const types = ['user', 'group', 'role'] as const;
  let sent: readonly string[] = [];

  beforeAll(async () => {
    const scenario = organizationWith({
      users: [{ name: names.user }],
      groups: [{ name: names.group }],
      roles: [{ name: names.role }],
      policies: [{ name: 'Full', versions: [1, 2, 3, 4, 5].map((number) => text(`lex:${number}`)) }],
    });
    const sandbox = await openBox({ scenario });
    const { sessions } = wireIdentities(memberRoles);
    /** Takes a step and takes it back, as apply and roll back do. */
    const takeAndUndo = async (resource: IdentityResource, before: string | null, after: string | null) => {
      for (const [from, to] of [
        [before, after],
        [after, before],
      ] as const) {
        const step = { resource, before: from, after: to };
        const opened = await sessions.openToWrite(member, { id: 'chg-0123456789ab', step });
        if (opened.status !== 'open') throw new Error(opened.message);
        expect(await opened.writer.read(resource)).toBe(from);
        await opened.writer.write(
          { ...step, creation: { description: 'a', tags: { a: 'b' } } },
          { keep: async () => {}, mayWrite: async () => {} },
        );
        expect(await opened.writer.read(resource)).toBe(to);
      }
    };
    for (const type of types) {
      const principal = { type, name: names[type] };
      await takeAndUndo({ type: 'inline-policy', principal, name: 'p' }, null, text('lex:*'));
      await takeAndUndo({ type: 'policy-attachment', principal, policyArn: managed }, null, 'attached');
    }
    await takeAndUndo({ type: 'membership', user: names.user, group: names.group }, null, 'member');
    await takeAndUndo({ type: 'managed-policy', arn: managed }, text('lex:5'), text('lex:6'));
    await takeAndUndo({ type: 'managed-policy', arn: made }, null, text('lex:*'));
    sent = sandbox
      .calls()
      .filter(({ service }) => service === 'iam')
      .map(({ operation }) => `iam:${operation}`);
  });
  afterAll(closeBoxes);

  test('is what the steps send, and nothing else', () => {
    expect(sent).toEqual(expect.arrayContaining(['iam:SetDefaultPolicyVersion', 'iam:DeletePolicyVersion']));
    // A policy that is made with tags needs this one too; it is no call of its own.
    expect(allowedBy(WriteRole)).toEqual(sorted([...sent, 'iam:TagPolicy']));
  });

  test('is nothing with the two roles themselves', () => {
    const roleNames = [ReadRole, WriteRole].map(({ Properties }) => Properties.RoleName);
    expect(roleNames).toEqual([{ Ref: 'ReadRoleName' }, { Ref: 'WriteRoleName' }]);
    const own = ['ReadRoleName', 'WriteRoleName'].map((name) => ({
      Sub: `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/\${${name}}`,
    }));
    const denials = statementsOf(WriteRole).filter(({ Effect }) => Effect === 'Deny');
    expect(denials).toEqual([{ Sid: 'LeaveOurOwnRoles', Effect: 'Deny', Action: 'iam:*', Resource: own }]);
  });
});

test('the role to read changes nothing but the evaluations of AWS Config', () => {
  const writes = allowedBy(ReadRole).filter((action) => !/:(Get|List|Generate)/.test(action));
  expect(writes).toEqual(['config:PutEvaluations']);
  const onAll = statementsOf(ReadRole).filter(({ Resource }) => Resource === '*');
  expect(onAll.flatMap(({ Action }) => Action)).not.toContain('config:GetComplianceDetailsByConfigRule');
});

test('neither role has managed policies, a path or trust beside what is tested here', () => {
  for (const { Properties, Type } of Object.values(template.Resources)) {
    expect(Type).toBe('AWS::IAM::Role');
    expect(Object.keys(Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Policies', 'RoleName']);
  }
});

test('the documentation of the organization rule names what the role to read allows', () => {
  const named = readFileSync('docs/config-rule.md', 'utf8').match(/`(?:iam|config):\w+`/g) ?? [];
  const actions = sorted(named.map((action) => action.slice(1, -1)));
  expect(actions.length).toBeGreaterThan(2);
  expect(allowedBy(ReadRole)).toEqual(expect.arrayContaining([...actions]));
});

test('the documentation of the deployment explains every parameter, and its example fits the template and the stack', () => {
  const text = readFileSync('docs/deploy.md', 'utf8');
  for (const name of Object.keys(template.Parameters)) expect(text).toMatch(new RegExp(`\\| .*\`${name}\``));
  const [, example = ''] = /```json\n([\s\S]+?)```/.exec(text) ?? [];
  const given = JSON.parse(example) as readonly { ParameterKey: string; ParameterValue: string }[];
  for (const { ParameterKey, ParameterValue } of given) {
    const { AllowedPattern = '' } = template.Parameters[ParameterKey] ?? {
      AllowedPattern: 'no such parameter',
    };
    expect(ParameterValue).toMatch(new RegExp(AllowedPattern));
  }
  const left = Object.entries(template.Parameters).filter(([, { Default }]) => Default === undefined);
  expect(given.map(({ ParameterKey }) => ParameterKey)).toEqual(left.map(([name]) => name));
  const named = [...text.matchAll(/:role\/org-access-reviewer-live-(\w+)-\*/g)].map(([, role = '']) => role);
  expect(sorted(named)).toEqual(['ApplyRole', 'IdentitiesRole']);
  const own = ['apply', 'identities'].map((name) => readFileSync(`deploy/${name}.yml`, 'utf8'));
  for (const [index, role] of sorted(named).entries()) expect(own[index]).toContain(`role: ${role}\n`);
});
