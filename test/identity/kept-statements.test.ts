import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../core/identity/account-identities.ts';
import { whyServiceKept } from '../../core/identity/kept-statements.ts';
import { parsePolicy } from '../../core/policy/document.ts';
import { rewritePolicy } from '../../core/policy/rewrite-policy.ts';
import { proveIdentityEdit } from '../../core/proof/identity/certificate.ts';
import { arn, goodEdit, managed, report, row } from '../proof/identity/good-identity-edit.ts';

interface Case {
  readonly name: string;
  /** An Allow statement of which nothing was used, beside one that was. */
  readonly statement: object;
  /** The services that it allows. */
  readonly services: readonly string[];
  readonly kept: boolean;
  /** Names of roles of the account that the management account may assume. */
  readonly waysIn?: readonly string[];
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../cases/identity/kept-statements.json'), 'utf8'),
) as readonly Case[];
const used = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' };
const textOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

const trustingTheManagementAccount = (name: string): Role => ({
  ...{ type: 'role', name, arn: arn(`role/${name}`), id: `AROA${name}`, path: '/', createdAt: 0 },
  ...{ inline: [], attached: [], lastUsed: null, instanceProfiles: [], boundary: null, tags: {} },
  trust: JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${goodEdit.care.managementAccountId}:root` },
        Action: 'sts:AssumeRole',
      },
    ],
  }),
});

describe.each(cases)('$name', ({ kept, services, statement, waysIn: names = [] }) => {
  const waysIn = names.map((name) => arn(`role/${name}`));
  const before = textOf(used, statement);

  test('what drafts', () => {
    const parsed = parsePolicy(before);
    if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
    for (const service of services) expect(whyServiceKept(parsed.value, service, waysIn) !== null).toBe(kept);
  });

  test('what rewrites', () => {
    const unused = { verdict: 'unused' } as const;
    const use = new Map(services.map((service) => [service, unused] as const));
    expect(rewritePolicy(before, { level: 'service', use, waysIn }).kind).toBe(
      kept ? 'unchanged' : 'rewritten',
    );
  });

  test('what proves', () => {
    const policyArn = arn('policy/Builders');
    const { checks } = proveIdentityEdit({
      ...goodEdit,
      account: {
        ...goodEdit.account,
        policies: [managed('Builders', before)],
        roles: names.map((name) => trustingTheManagementAccount(name)),
      },
      steps: [{ resource: { type: 'managed-policy', arn: policyArn }, before, after: textOf(used) }],
      services,
      reports: [report(policyArn, [row('ec2', 1), ...services.map((service) => row(service, null))])],
    });
    expect(checks.find(({ name }) => name === 'kept-untouched')?.verdict).toBe(kept ? 'failed' : 'ok');
  });
});

describe('single actions of IAM, Organizations and STS that a text names', () => {
  const policyArn = arn('policy/Builders');
  const before = textOf(used, { Effect: 'Allow', Action: ['IAM:ListRoles', 'lex:*'], Resource: '*' });
  const verdictAt = (level: 'service' | 'action', after: string) => {
    const rows = [row('ec2', 1), row('iam', null), row('lex', null)];
    const { checks } = proveIdentityEdit({
      ...goodEdit,
      account: { ...goodEdit.account, policies: [managed('Builders', before)] },
      steps: [{ resource: { type: 'managed-policy', arn: policyArn }, before, after }],
      services: ['iam', 'lex'],
      reports: [{ ...report(policyArn, rows), level } as ReturnType<typeof report>],
    });
    return checks.find(({ name }) => name === 'kept-untouched')?.verdict;
  };

  test('stay with it, where whole services are judged', () => {
    expect(verdictAt('service', textOf(used))).toBe('failed');
    const kept = textOf(used, { Effect: 'Allow', Action: ['IAM:ListRoles'], Resource: '*' });
    expect(verdictAt('service', kept)).toBe('ok');
  });

  test('are judged by their own rows, where actions are', () => {
    expect(verdictAt('action', textOf(used))).toBe('ok');
  });
});
