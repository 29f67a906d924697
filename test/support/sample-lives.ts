import type { AccountLine, AccountList } from '../../adapters/account-list-ports.ts';
import type { Stores } from '../../adapters/store-ports.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import type { ChangeEvent, EventBody } from '../../core/change/life/events.ts';
import type { Starter } from '../../core/change/life/starter.ts';
import { appendEvents, beginChange } from '../../core/change/life/stored-change.ts';
import type { EvidenceMemory } from '../../core/review/evidence.ts';
import { bodiesUntil } from '../change/lives.ts';
import { content, day, hour, newPolicyContent, proposal, start, system } from '../change/samples.ts';

const failure = { code: 'AccessDeniedException', detail: 'You do not have permission' };
const why = { approverId: 'ana', reason: 'a team needs it' };
const eve: Starter = { type: 'principal', arn: 'arn:aws:iam::111111111111:user/eve', approverId: null };
const two = {
  ...eve,
  approverId: 'ben',
  others: ['arn:aws:iam::111111111111:user/ben', 'arn:aws:iam::111111111111:user/benjamin'],
} as Starter;

/** A life by its name: who started it, and what happened. */
const lives: readonly (readonly [string, Starter, readonly EventBody[]])[] = [
  ['waits', { type: 'unknown' }, [{ type: 'noted', code: 'FAST_POST', detail: 'faster than most read' }]],
  ['rejected', eve, [{ type: 'rejected', ...why, notAgainBefore: start + 90 * day }]],
  ['snoozed', two, [{ type: 'snoozed', ...why, until: start + 30 * day }]],
  ['expired', { type: 'stale' }, [{ type: 'expired' }]],
  ['superseded', { type: 'schedule' }, [{ type: 'superseded', reason: failure }]],
  ['cancelled', eve, [...bodiesUntil('approved'), { type: 'cancelled', approverId: 'ana', reason: null }]],
  ['apply failed', two, bodiesUntil('refused-and-failed')],
  ['interrupted', { type: 'schedule' }, bodiesUntil('interrupted')],
  ['resumed', { type: 'schedule' }, [...bodiesUntil('interrupted'), { type: 'resumed', ...why }]],
  [
    'could not be rolled back',
    { type: 'schedule' },
    [
      ...bodiesUntil('roll-back-requested'),
      { type: 'roll-back-step-sending', step: 0 },
      { type: 'roll-back-step-refused', step: 0, failure },
      { type: 'roll-back-failed', failure },
    ],
  ],
  [
    'applied and tried',
    { type: 'schedule' },
    [
      ...bodiesUntil('applied'),
      {
        ...{ type: 'denied-access-observed', serviceNamespace: 'lex', accountId: '222222222222' },
        ...{ accountName: 'dev-1', attemptedAt: start, region: null },
      },
      {
        ...{ type: 'exemption-lifted', ...why, exemptionId: 'exm-000000000001', service: 's3' },
        entityId: 'ou-ex01-development',
      },
    ],
  ],
];

const head = { at: start, actor: system, revision: 1 } as const;

/** Stores lives that no short story comes to: every way to end, every starter, a new SCP, several revisions, more accounts than fit. */
export async function storeLives({ changes }: Pick<Stores, 'changes'>): Promise<void> {
  let number = 0;
  const freshId = (): string => {
    number += 1;
    return `chg-${String(number).padStart(12, '0')}`;
  };
  for (const [, starter, bodies] of lives) {
    const begun = beginChange([proposal(content({ id: freshId() }), starter)]);
    await changes.create(
      appendEvents(
        begun,
        bodies.map((body): ChangeEvent => ({ ...head, ...body })),
      ),
    );
  }
  const id = freshId();
  const accountIds = Array.from({ length: 2001 }, (_, index) => String(222_222_222_222 + index));
  const second = content({ id, revision: 2, accountIds });
  const revised = {
    ...proposal(second, eve, start + hour),
    type: 'revised',
    detail: 'accounts joined',
  } as const;
  await changes.create(appendEvents(beginChange([proposal(content({ id }), two)]), [revised]));
  await changes.create(beginChange([proposal(newPolicyContent({ id: freshId() }))]));
}

/** Stores a review that runs, another that waits for it, and how far a third came. */
export async function storeRuns({ requests, runs }: Pick<Stores, 'requests' | 'runs'>): Promise<void> {
  const key = 'organization:111111111111';
  const running = { ...{ key, token: '0123456789abcdef', event: '{}' }, reviewId: 'rev-0', startedAt: start };
  await runs.take({ ...running, invocationId: 'inv-0', expiresAt: start + 120_000 }, start);
  await runs.noteRun(key, '{}', { reviewId: 'rev-0', startedAt: start, endedAt: null }, start + day);
  const id = `req-${'3'.repeat(20)}`;
  const asked = { id, requestedBy: 'arn:aws:iam::111111111111:user/ben', requestedAt: start, event: {} };
  await requests.put(asked, start + 30 * day, { asker: 'ben', most: 5, mostOfOne: 5, since: 0 });
  await requests.noteWaiting(id, 'rev-0', start);
  const outcome = { status: 'partial', openFindings: 3, changeIds: ['chg-000000000001'] } as const;
  const figures = { startedAt: start, seenAt: start + hour, reportsDone: 12, reportsOpen: 0 };
  await runs.noteProgress({ ...figures, reviewId: 'rev-2', outcome }, start + 400 * day);
}

/** A page of a reading of the organization that further invocations go on with. */
export const samplePage = {
  question: 'ListAccounts  ',
  answer: {
    items: [
      {
        ...{ id: '222222222222', name: 'account-2', parentId: 'ou-ex01-development' },
        ...{ state: 'ACTIVE', joinedAt: start - 400 * day, invited: false },
      },
    ],
    nextToken: 'next',
  },
} as const;

/** Keeps it. */
export async function storePage(
  { collections }: Pick<Stores, 'collections'>,
  configuration: Configuration,
): Promise<void> {
  const review = { reviewId: 'rev-2', asOf: start, configuration };
  const pages = await collections.pages(review, 0, { since: 0, now: () => start });
  await pages.keep(samplePage.question, samplePage.answer);
}

/** What one review leaves for the next: reports that are asked, those that wait, and what SCPs keep accounts out of. */
export const sampleMemory: EvidenceMemory = {
  notes: new Map([
    ['ou-ex01-development', { reviewId: 'rev-0', completedAt: start, surroundings: 'a'.repeat(64) }],
    ['333333333333', { reviewId: 'rev-0', completedAt: start, surroundings: null }],
  ]),
  waitingSince: new Map([['222222222222', start - day]]),
  allowed: new Map([
    ['222222222222', { services: new Set(['lex', 's3']), since: new Map() }],
    ['333333333333', { services: new Set(['s3']), since: new Map([['lex', start - day]]) }],
    ['444444444444', { services: new Set(['lex', 's3']), since: new Map() }],
  ]),
};

/** A review of the identities of two accounts, one of which is done. */
export const sampleList: AccountList = {
  ...{ reviewId: 'rev-many', startedAt: start, startedBy: eve, event: { organization: true } },
  accounts: ['222222222222', '333333333333'].map((id) => ({ id, name: `account-${id[0]}` })),
  facts: {
    ...{ id: 'o-exampleorg1', managementAccountId: '111111111111', root: { id: 'r-ex01', name: 'Root' } },
    organizationalUnits: [],
    accounts: ['222222222222', '333333333333'].map((id) => ({
      ...{ id, name: `account-${id[0]}`, parentId: 'r-ex01', joinedAt: start - 900 * day },
      state: 'ACTIVE' as const,
    })),
  },
  policies: [
    {
      ...{ id: 'p-1', name: 'One', awsManaged: false, text: '{}', tags: null },
      targets: [{ id: 'r-ex01', type: 'root', name: 'Root' }],
    },
  ],
};

/** The line of the account that is done. */
export const sampleLine: AccountLine = {
  account: {
    ...{ accountId: '222222222222', name: 'account-2', status: 'completed', findings: 2, changes: 1 },
    reviewId: 'rev-many-222222222222',
  },
  changeIds: ['chg-000000000001'],
};

/** What is left of an operation's calls. */
export const sampleBudget = {
  name: 'OrganizationsClient ListAccounts',
  count: { tokens: 3.5, rate: 4, countedAt: start },
};

/** Stores what one review leaves, and the list with its line. */
export async function storeMemory({
  accountLists,
  evidence,
}: Pick<Stores, 'accountLists' | 'evidence'>): Promise<void> {
  await evidence.change('o-exampleorg1', () => sampleMemory);
  await accountLists.keep(sampleList, start + 400 * day);
  await accountLists.keepLine(sampleList.reviewId, sampleLine, start + 400 * day);
}

/** Stores what is no change: kill switch, lock, requests that wait, run and ended. */
export async function storeOthers({ locks, requests }: Pick<Stores, 'locks' | 'requests'>): Promise<void> {
  await locks.writeFreeze({ frozen: true, by: 'ana', reason: 'something burns', at: start });
  await locks.acquire('apply-000000000000', start, 30_000);
  const ids = ['0', '1', '2'].map((digit) => `req-${digit.repeat(20)}`);
  for (const id of ids) {
    const request = {
      ...{ id, requestedBy: 'arn:aws:iam::111111111111:user/ben', requestedAt: start },
      event: { scope: 'ou-ex01-development', thresholdDays: 180 },
    };
    await requests.put(request, start + 30 * day, { asker: 'ana', most: 5, mostOfOne: 5, since: 0 });
  }
  for (const [index, id] of ids.slice(1).entries()) {
    const by = { invocationId: `inv-${index}`, reviewId: `rev-${index}`, at: start + hour };
    await requests.claim(id, by);
  }
  await requests.close(ids[2] ?? '', {
    status: 'completed',
    openFindings: 3,
    changeIds: ['chg-000000000001'],
  });
}
