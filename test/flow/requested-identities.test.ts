import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { ReviewProgress } from '../../adapters/run-ports.ts';
import { wireIdentities } from '../../adapters/wire-identities.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { requestedReview } from '../../core/review/requested-review.ts';
import { readOrganizationContext } from '../../flow/identities/account-context.ts';
import { runRequestedIdentities } from '../../flow/identities/run-requested-identities.ts';
import { requestReview } from '../../flow/request-review.ts';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { handler as identities } from '../../handlers/identities.ts';
import { handler as scheduledReview } from '../../handlers/scheduled-review.ts';
import { unknownEvents } from './event-schemas.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { anaSession } from './ports.ts';

const invoke = (handler: typeof identities | typeof scheduledReview, input: unknown, awsRequestId: string) =>
  handler(input, { awsRequestId, getRemainingTimeInMillis: () => 900_000 } as Context);

async function ask({ configuration, ports }: IamStory, input: object): Promise<string> {
  const asked = await requestReview(ports, input, anaSession, configuration);
  if (!asked.ok) throw new Error(asked.reasons[0].detail);
  return asked.value.id;
}

describe('a review of identities that was asked for by a signed request', () => {
  test('is run once, by the function for identities, as started by whoever asked', async () => {
    const own = await openIamStory({ scenario: 'group-to-used-services' });
    try {
      const id = await ask(own, { kind: 'identities', group: 'Development', thresholdDays: 90 });
      await sendOutbox(own.ports, []);
      const event = own.eventsOf('Access Review Requested').at(-1);
      if (!event) throw new Error('there is no event');
      expect(unknownEvents([event])).toEqual([]);
      const { data } = event.detail as { readonly data: unknown };
      expect(data).toMatchObject({ requestId: id, kind: 'identities', group: 'Development' });

      // The function for the organization does not take it, and says so to whoever asked.
      const other = await ask(own, { kind: 'identities', user: 'paulo' });
      expect(await invoke(scheduledReview, { requestId: other }, 'one')).toBeNull();
      expect(await own.ports.stores.requests.load(other)).toMatchObject({
        outcome: { failed: expect.stringContaining('asks for a review of identities') },
      });

      const result = await invoke(identities, data, 'two');
      expect(result).toMatchObject({ kind: 'identities', status: 'completed' });
      const { changes } = result as { readonly changes: readonly { readonly id: string }[] };
      const changeId = changes[0]?.id ?? '';
      expect((await own.load(changeId)).record.starter).toMatchObject({
        ...{ type: 'principal', arn: anaSession },
      });
      expect(await own.ports.stores.requests.load(id)).toMatchObject({
        outcome: { status: 'completed', changeIds: changes.map((change) => change.id) },
      });
      expect(await invoke(identities, data, 'three')).toBeNull();
    } finally {
      await own.close();
    }
  });

  test('notes how far it is for whoever waits, and what came of it, in the list of reviews too', async () => {
    const own = await openIamStory({ scenario: 'group-to-used-services' });
    try {
      const id = await ask(own, { kind: 'identities', group: 'Development', thresholdDays: 90 });
      const { configuration, ports } = own;
      const { runs } = ports.stores;
      const notes: ReviewProgress[] = [];
      const noteProgress: typeof runs.noteProgress = (progress, expiresAt) => {
        notes.push(progress);
        return runs.noteProgress(progress, expiresAt);
      };
      const { sessions } = wireIdentities(configuration.memberRoles);
      const noting = { ...ports, sessions, stores: { ...ports.stores, runs: { ...runs, noteProgress } } };
      await runRequestedIdentities(noting, id, 'one', {
        ...{ configuration, reviewId: 'rev-one' },
        readOrganization: () => readOrganizationContext(ports.organization),
      });
      expect(notes[0]).toMatchObject({ reviewId: 'rev-one', reportsDone: 0, outcome: null });
      expect(notes[1]).toMatchObject({ reportsDone: 1, outcome: null });
      const last = notes.at(-1);
      expect(last).toMatchObject({
        ...{ scopeId: '111111111111', startedBy: { type: 'principal', arn: anaSession } },
        ...{ reportsOpen: 0, outcome: { status: 'completed' } },
      });
      expect(last?.reportsDone).toBeGreaterThan(1);
      expect(await runs.progress('rev-one')).toEqual(last);
      expect(await runs.listProgress(10)).toEqual([last]);
    } finally {
      await own.close();
    }
  }, 60_000);

  test('for an account that cannot be entered: whoever asked is told', async () => {
    const own = await openIamStory({ scenario: 'group-to-used-services' });
    try {
      const id = await ask(own, { kind: 'identities', accountId: '999999999999' });
      expect(await invoke(identities, { requestId: id }, 'one')).toBeNull();
      expect(await own.ports.stores.requests.load(id)).toMatchObject({
        outcome: { failed: expect.stringContaining('999999999999') },
      });
    } finally {
      await own.close();
    }
  });

  test.each<[string, object, string]>([
    ['another kind', { kind: 'networks' }, 'kind: must be organization or identities'],
    ['a field of the other kind', { kind: 'identities', scope: 'r-ex01' }, 'scope: is not a field'],
    ['two choices', { kind: 'identities', user: 'a', role: 'b' }, 'give one of'],
    ['a dry run', { kind: 'identities', dryRun: true }, 'oar identities review'],
    ['identities without their kind', { group: 'Development' }, 'group: is not a field'],
    ['an account that is none', { kind: 'identities', accountId: 'prod' }, '12 digits'],
  ])('is refused for %s', (_, input, words) => {
    const configuration = parseConfiguration({});
    if (!configuration.ok) throw new Error('the empty configuration is refused');
    const asked = requestedReview(input, anaSession, configuration.value, 0);
    expect(asked).toMatchObject({ ok: false, reasons: [{ detail: expect.stringContaining(words) }] });
  });
});
