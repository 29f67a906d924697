import { describe, expect, test } from '@jest/globals';
import { recordRequest } from '../../flow/decide.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { development } from './organization.ts';
import { approvalOf, storyConfiguration } from './ports.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const openWith = storyOfTest();

const person = (id: string, mailbox: string, ...principals: string[]) => ({
  ...{ id, name: mailbox, email: `${mailbox}@example.com` },
  ...(principals.length > 0 ? { principals } : {}),
});
type People = readonly ReturnType<typeof person>[];
const user = (name: string): string => `arn:aws:iam::111111111111:user/${name}`;
const session = (role: string, name: string): string =>
  `arn:aws:sts::111111111111:assumed-role/${role}/${name}`;
const listed = { identityCenterRoles: ['AWSReservedSSO_Admin_1', 'AWSReservedSSO_View_2'] };
const open = (approvers: People, more = {}): Promise<Story> =>
  openWith({ configuration: { approvers, ...listed, ...more } });
const configured = (approvers: People, more = {}) => storyConfiguration({ approvers, ...listed, ...more });

const started = async (own: Story, arn: string): Promise<string> => {
  const startedBy = { type: 'principal', arn } as const;
  const { run } = await reviewAndPublish(own.ports, { scope: development }, own.configuration, { startedBy });
  return run.decision.changes[0]?.id ?? '';
};
/** What becomes of a change once somebody has approved it by link or credentials, and a run of apply. */
const approvedBy = async (
  own: Story,
  id: string,
  asker: Parameters<typeof recordRequest>[2],
  configuration = own.configuration,
): Promise<string> => {
  const outcome = await recordRequest(own.ports, id, asker, approvalOf(await own.load(id)), configuration);
  const code = outcome?.refusals[0]?.code;
  if (code !== undefined) return code;
  return own.outcome(id, { configuration });
};

describe('one mailbox is one person', () => {
  test('who approves by link under two ids counts once', async () => {
    const more = { requiredApprovals: 2 };
    const own = await open([person('lead', 'ben'), person('deputy', 'ana')], more);
    const later = configured([person('lead', 'ana'), person('deputy', 'carl')], more);
    const id = await own.propose();
    const first = await own.link(id, 'deputy', 'decide');
    expect(await approvedBy(own, id, { token: first })).toBe('not due');
    const second = await own.link(id, 'lead', 'decide', 'email', later);
    expect(await approvedBy(own, id, { token: second }, later)).toBe('not due');
    const third = await own.link(id, 'deputy', 'decide', 'email', later);
    expect(await approvedBy(own, id, { token: third }, later)).toBe('applied');
  });

  test('whose link ends with the id, and whose approval is void; who has the id now decides anew', async () => {
    const own = await open([person('lead', 'ben'), person('deputy', 'dora')]);
    const later = configured([person('lead', 'ana'), person('deputy', 'dora')]);
    const id = await own.propose();
    const tokens = [await own.link(id, 'lead', 'decide'), await own.link(id, 'lead', 'decide', 'slack')];
    const [token = '', other = ''] = tokens;
    expect(await approvedBy(own, id, { token }, later)).toBe('EXPIRED');
    const outcome = await own.ask(id, { token: other }, approvalOf(await own.load(id)));
    expect(outcome.change.record.state.status).toBe('approved');
    expect(await own.outcome(id, { configuration: later })).toBe('superseded');
    expect(await own.reason(id)).toMatchObject({ code: 'APPROVER_OUT_OF_SCOPE' });
    expect(own.count('UpdatePolicy')).toBe(0);
  });

  test('and no longer holds the place of who has the id now', async () => {
    const more = { requiredApprovals: 2 };
    const own = await open([person('lead', 'ben'), person('deputy', 'dora')], more);
    const later = configured([person('lead', 'ana'), person('deputy', 'dora')], more);
    const id = await own.propose();
    expect(await approvedBy(own, id, { token: await own.link(id, 'lead', 'decide') })).toBe('not due');
    for (const [approverId, expected] of [
      ['deputy', 'not due'],
      ['lead', 'applied'],
    ] as const) {
      const token = await own.link(id, approverId, 'decide', 'email', later);
      expect(await approvedBy(own, id, { token }, later)).toBe(expected);
    }
  });

  test('who started a review does not approve it alone under another id and with other credentials', async () => {
    const own = await open([person('ana', 'ana', user('ana')), person('ben', 'ben', user('ben'))]);
    const admin = session('AWSReservedSSO_Admin_1', 'ana@example.com');
    const later = configured([person('ana.diaz', 'ana', admin), person('ben', 'ben', user('ben'))]);
    const id = await started(own, user('ana'));
    expect(await approvedBy(own, id, { principalArn: admin }, later)).toBe('not due');
    expect(await approvedBy(own, id, { principalArn: user('ben') }, later)).toBe('applied');
  });
});

describe('who started a review with credentials that are likely his does not approve it alone', () => {
  const admin = session('AWSReservedSSO_Admin_1', 'ana@example.com');
  test.each<[string, string, string, boolean?]>([
    [
      'another session of IAM Identity Center',
      admin,
      session('AWSReservedSSO_View_2', 'ana@example.com'),
      false,
    ],
    ['his user in other letters', user('Ana'), user('ana')],
    ['his user without its path', user('team/ana'), user('ana')],
    ['his role in other letters', 'arn:aws:iam::111111111111:role/Ana', session('ana', 'whatever')],
  ])('%s', async (_, configuredArn, arn, isMisspelled = true) => {
    const own = await open([person('ana', 'ana', configuredArn), person('ben', 'ben', user('ben'))]);
    const startedBy = { type: 'principal', arn } as const;
    const { run } = await reviewAndPublish(own.ports, { scope: development }, own.configuration, {
      startedBy,
    });
    const id = run.decision.changes[0]?.id ?? '';
    expect(run.result.warnings ?? []).toEqual(
      isMisspelled
        ? [{ key: 'approvers.0.principals.0', value: configuredArn, detail: expect.stringContaining(arn) }]
        : [],
    );
    expect((await own.load(id)).record.starter).toMatchObject({ approverId: 'ana' });
    // They are enough to be the starter, and not enough to act.
    expect(await approvedBy(own, id, { principalArn: arn })).toBe('OUT_OF_SCOPE');
    expect(await approvedBy(own, id, { token: await own.link(id, 'ana', 'decide') })).toBe('not due');
    expect(await approvedBy(own, id, { principalArn: user('ben') })).toBe('applied');
  });
});
