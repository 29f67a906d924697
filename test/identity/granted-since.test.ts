import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { AccountIdentities } from '../../core/identity/account-identities.ts';
import { grantedSinceIn, grantsSeenIn } from '../../core/identity/granted-since.ts';
import {
  arn,
  daysAgo,
  goodEdit,
  managed,
  policyArn,
  text,
  user,
} from '../proof/identity/good-identity-edit.ts';

interface Sketch {
  readonly attached?: readonly string[];
  readonly groups?: readonly string[];
  readonly inline?: string;
  readonly userMadeDaysAgo?: number;
  readonly groupMadeDaysAgo?: number;
  readonly policyMadeDaysAgo?: number;
}

const { cases } = JSON.parse(readFileSync('test/cases/identity/granted-since.json', 'utf8')) as {
  readonly cases: readonly {
    readonly name: string;
    readonly seen: number | null;
    readonly grant?: 'inline' | 'membership';
    readonly before: Sketch;
    readonly now: Sketch;
    readonly old: boolean;
  }[];
};

function accountWith({
  groupMadeDaysAgo,
  policyMadeDaysAgo,
  userMadeDaysAgo,
  ...own
}: Sketch): AccountIdentities {
  const ana = user('ana', {
    attached: own.attached ?? [policyArn],
    groups: own.groups ?? ['builders'],
    inline: [{ name: 'own', text: text([own.inline ?? 's3:*']) }],
    createdAt: daysAgo(userMadeDaysAgo ?? 900),
  });
  const group = {
    ...{ type: 'group' as const, name: 'builders', arn: arn('group/builders'), id: 'AGPA1', path: '/' },
    ...{ inline: [], attached: [], createdAt: daysAgo(groupMadeDaysAgo ?? 900) },
  };
  const policy = { ...managed('Builders', text(['s3:*'])), createdAt: daysAgo(policyMadeDaysAgo ?? 900) };
  return { ...goodEdit.account, users: [ana], groups: [group], policies: [policy] };
}

const keys = {
  attachment: `user/ana/attached/${policyArn}`,
  inline: 'user/ana/inline/own',
  membership: 'user/ana/member/builders',
};

test.each(cases)('$name', ({ before, grant, now, old, seen }) => {
  const stored = seen === null ? null : grantsSeenIn(accountWith(before), daysAgo(seen));
  const since = grantedSinceIn(accountWith(now), stored);
  expect(since.get(keys[grant ?? 'attachment'])).toBe(old && seen !== null ? daysAgo(seen) : undefined);
});
