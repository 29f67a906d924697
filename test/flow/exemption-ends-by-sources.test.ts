import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { proposeGiveBack } from '../../flow/give-back.ts';
import { developmentAndElsewhere } from './organization.ts';
import { anaSession, approvalOf, benUser } from './ports.ts';
import { openStory, type Story } from './story.ts';

let story: Story;
beforeEach(async () => {
  const cost = { '222222222222': [{ service: 'Amazon Simple Storage Service', amount: 1 }] };
  const scenario = { ...developmentAndElsewhere, trustedServices: ['account.amazonaws.com'], cost };
  story = await openStory({ scenario, configuration: { sources: { regions: true, cost: true } } });
});
afterEach(() => story.close());

const day = 86_400;

async function approve(id: string): Promise<void> {
  await story.ask(id, { principalArn: anaSession }, approvalOf(await story.load(id)));
  story.advance(5 * 3_600);
}

/** An account with an exemption that has ended. */
async function ended(): Promise<string> {
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
  return accountId;
}

/** The approved change that takes it out. */
async function approvedEnd(): Promise<string> {
  const [change] = (await story.review()).run.decision.changes;
  if (!change) throw new Error('no end was proposed');
  expect(change.certificate.checks).toContainEqual(
    expect.objectContaining({ name: 'regions', verdict: 'ok' }),
  );
  await approve(change.id);
  return change.id;
}

test('an exemption is taken out only where use of its account shows, in the review and at apply', async () => {
  const accountId = await ended();
  story.sandbox.optedInRegions.set(accountId, ['ca-west-1']);
  const { decision } = (await story.review()).run;
  expect(decision.changes).toEqual([]);
  expect(decision.refusals.map(({ code, detail }) => [code, detail])).toContainEqual([
    'REGION_NOT_COVERED',
    expect.stringContaining('may use ca-west-1'),
  ]);

  story.sandbox.optedInRegions.clear();
  story.advance(600);
  const id = await approvedEnd();
  // What cannot be read now is waited for; what is read and lets use go unseen voids the approval.
  story.sandbox.faults.add('error:ListRegions:ResourceNotFoundException:1000');
  expect(await story.outcome(id)).toContain('regions: ');
  story.sandbox.faults.clear();
  story.sandbox.optedInRegions.set(accountId, ['ca-west-1']);
  expect(await story.outcome(id)).toBe('superseded');
  expect(await story.reason(id)).toMatchObject({ code: 'PROOF_FAILED' });
});

test('where use may not show any more, after a day of waiting, nothing is taken out', async () => {
  await ended();
  const id = await approvedEnd();
  const before = story.text();
  story.sandbox.faults.add('error:ListRegions:ResourceNotFoundException:1000');
  expect(await story.outcome(id)).toContain('could not be read');
  story.advance(day);
  expect(await story.outcome(id)).toBe('superseded');
  expect(await story.reason(id)).toMatchObject({ code: 'PROOF_WEAKER' });
  expect(story.text()).toBe(before);
});

test('where a source is not configured any more that told of use, nothing is taken out', async () => {
  await ended();
  const id = await approvedEnd();
  const before = story.text();
  const configuration = {
    ...story.configuration,
    sources: { ...story.configuration.sources, cost: false },
  };
  expect(await story.outcome(id, { configuration })).toBe('superseded');
  expect(await story.reason(id)).toEqual({
    code: 'PROOF_WEAKER',
    detail: 'no-running-resources was proven when approved: its source is not configured any more',
  });
  expect(story.text()).toBe(before);
});
