import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Role } from '../../core/identity/account-identities.ts';
import { indexAccount } from '../../core/identity/account-index.ts';
import { deleteByHand } from '../../core/identity/delete-by-hand.ts';
import { type SubjectChoice, subjectsOf } from '../../core/identity/subject.ts';
import {
  arn,
  daysAgo,
  goodEdit,
  managed,
  policyArn,
  text,
  user,
} from '../proof/identity/good-identity-edit.ts';

const { cases } = JSON.parse(readFileSync('test/cases/identity/delete-by-hand.json', 'utf8')) as {
  readonly cases: readonly {
    readonly name: string;
    readonly arn: string;
    readonly lines: readonly string[];
  }[];
};

const roleAt = (path: string, name: string, more: Partial<Role> = {}): Role => ({
  ...{ type: 'role', name, arn: arn(`role${path}${name}`), id: `AROA${name}`, path, createdAt: daysAgo(900) },
  ...{
    inline: [],
    attached: [],
    trust: '{}',
    lastUsed: null,
    instanceProfiles: [],
    boundary: null,
    tags: {},
  },
  ...more,
});
const policy = managed('Builders', text(['s3:*']));
const odd = { ...managed('Odd', text(['s3:*'])), arn: arn("policy/it's$HOME/Odd") };
const index = indexAccount({
  ...goodEdit.account,
  users: [user('ana', { attached: [policyArn], inline: [{ name: 'own', text: text(['s3:*']) }] })],
  roles: [
    roleAt('/', 'worker', {
      instanceProfiles: [arn('instance-profile/apps/Workers')],
      boundary: policyArn,
    }),
    roleAt('/aws-service-role/x/', 'Linked'),
  ],
  policies: [
    {
      ...policy,
      defaultVersionId: 'v2',
      versions: ['v1', 'v2'].map((id) => ({ id, text: text(['s3:*']), createdAt: daysAgo(800) })),
    },
    odd,
  ],
});

test.each(cases)('$name', ({ arn: rest, lines }) => {
  const kind = rest.slice(0, rest.indexOf('/')) as 'user';
  const chosen = subjectsOf(index, { kind, name: arn(rest) } as SubjectChoice);
  const [subject] = chosen.ok ? chosen.value : [];
  if (!subject) throw new Error(`there is no ${rest}`);
  expect(deleteByHand(index, subject)).toEqual(lines);
});
