import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { proposeGiveBack } from '../../flow/give-back.ts';
import { developmentAndElsewhere } from './organization.ts';
import { anaSession, approvalOf, benUser } from './ports.ts';
import { openStory, type Story } from './story.ts';

let story: Story;
beforeAll(async () => {
  const scenario = { ...developmentAndElsewhere, trustedServices: ['account.amazonaws.com'] };
  story = await openStory({ scenario, configuration: { sources: { regions: true } } });
});
afterAll(() => story.close());

const day = 86_400;

async function approve(id: string): Promise<void> {
  await story.ask(id, { principalArn: anaSession }, approvalOf(await story.load(id)));
  story.advance(5 * 3_600);
}

test('an exemption is taken out only where use of its account shows, in the review and at apply', async () => {
  const denied = await story.approved();
  expect(await story.outcome(denied)).toBe('applied');
  const [accountId = ''] = (await story.load(denied)).record.content.accountIds;
  const input = {
    ...{ services: ['lex'], principals: [`arn:aws:iam::${accountId}:role/bot`], days: '7' },
    reason: 'the bot is needed',
  };
  const asked = await proposeGiveBack(story.ports, denied, benUser, input, story.configuration);
  if (!asked?.ok) throw new Error('nothing was proposed');
  const { id } = asked.value.record;
  await approve(id);
  expect(await story.outcome(id)).toBe('applied');
  story.advance(8 * day);

  story.sandbox.optedInRegions.set(accountId, ['ca-west-1']);
  const { decision } = (await story.review()).run;
  expect(decision.changes).toEqual([]);
  expect(decision.refusals.map(({ code, detail }) => [code, detail])).toContainEqual([
    'REGION_NOT_COVERED',
    expect.stringContaining('may use ca-west-1'),
  ]);

  story.sandbox.optedInRegions.clear();
  story.advance(600);
  const [ended] = (await story.review()).run.decision.changes;
  if (!ended) throw new Error('no end was proposed');
  expect(ended.certificate.checks).toContainEqual(
    expect.objectContaining({ name: 'regions', verdict: 'ok' }),
  );
  await approve(ended.id);
  // What cannot be read now is waited for; what is read and lets use go unseen voids the approval.
  story.sandbox.faults.add('error:ListRegions:ResourceNotFoundException:1000');
  expect(await story.outcome(ended.id)).toContain('regions: ');
  story.sandbox.faults.clear();
  story.sandbox.optedInRegions.set(accountId, ['ca-west-1']);
  expect(await story.outcome(ended.id)).toBe('superseded');
  expect(await story.reason(ended.id)).toMatchObject({ code: 'PROOF_FAILED' });
});
