import { type Configuration, parseConfiguration } from '../../core/base/configuration.ts';
import type { ServiceEvidence } from '../../core/change/content/change.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import { type ChangeView, changeView } from '../../core/message/views/change-view.ts';
import { lived } from '../change/lives.ts';
import { content, day, proposal, start } from '../change/samples.ts';

/** Ana and Bob may decide everywhere; Cleo only elsewhere. All have a mail topic, Ana also a Slack user. */
export function peopleConfiguration(changes: Readonly<Record<string, unknown>> = {}): Configuration {
  // A user of Slack where there is no Slack is refused.
  const ofSlack = changes.slack === null ? {} : { slackUserId: 'U0ANA' };
  const everybody = [
    { id: 'ana', name: 'Ana Diaz', email: 'ana@example.com', ...ofSlack },
    { id: 'bob', name: 'Bob Okafor', email: 'bob@example.com' },
    { id: 'cleo', name: 'Cleo Ott', email: 'cleo@example.com', scopes: ['ou-ex01-elsewhere'] },
  ];
  const people = (changes.approvers ?? everybody) as typeof everybody;
  const parsed = parseConfiguration({
    approvers: people,
    email: {
      topics: Object.fromEntries(people.map(({ id }) => [id, `arn:aws:sns:us-east-1:111111111111:${id}`])),
    },
    slack: { webhookUrl: 'https://localhost/all' },
    ...changes,
  });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

/** Evidence for one service: lapsed so many days ago, or never used where null. */
function evidenceOf(
  serviceNamespace: string,
  daysUnused: number | null,
  accountName = 'dev-1',
): ServiceEvidence {
  return {
    serviceNamespace,
    serviceName: `Amazon ${serviceNamespace}`,
    findingId: 'fnd-000000000001',
    kind: daysUnused === null ? 'never-used' : 'lapsed',
    entityId: 'ou-ex01-development',
    entityName: 'Development',
    lastAccessedAt: daysUnused === null ? null : start - daysUnused * day,
    daysUnused,
    lastAccessedAccount: daysUnused === null ? null : { id: '222222222222', name: accountName },
    lastAccessedRegion: daysUnused === null ? null : 'us-east-1',
    accountsEverUsed: daysUnused === null ? 0 : 1,
    accounts: 2,
    report: { jobId: '9f2c', entityId: 'ou-ex01-development', completedAt: start - 3_600_000 },
  };
}

/** What strangers wrote into a change: every name is theirs. */
export interface Strangers {
  readonly entity?: string;
  readonly account?: string;
  readonly policy?: string;
}

/** A change that denies so many services, every second of them never used, with names that strangers chose. */
export function sampleChange(
  services: number,
  strangers: Strangers = {},
  bodies: readonly EventBody[] = [],
): ChangeRecord {
  const { account = 'dev-1', entity = 'Development', policy = 'NewServiceTest' } = strangers;
  const namespaces = Array.from(
    { length: services },
    (_, index) => `service-${String(index).padStart(3, '0')}`,
  );
  const statement = (actions: readonly string[], effect: string, sid: string): object => ({
    Sid: sid,
    Effect: effect,
    Action: actions,
    Resource: '*',
  });
  const text = (...statements: readonly object[]): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const before = text(statement(['*'], 'Allow', 'All'));
  const after = text(
    statement(['*'], 'Allow', 'All'),
    statement(
      namespaces.map((namespace) => `${namespace}:*`),
      'Deny',
      'DenyUnusedServices',
    ),
  );
  return lived(
    proposal(
      content({
        services: namespaces,
        policyName: policy,
        before,
        after,
        confirm: entity,
        targets: [{ id: 'ou-ex01-development', type: 'ou', name: entity }],
        affectedAccounts: [
          { id: '222222222222', name: account, place: `Root / ${entity}`, young: false },
          { id: '333333333333', name: account, place: `Root / ${entity}`, young: true },
        ],
        evidence: namespaces.map((namespace, index) =>
          evidenceOf(namespace, index % 2 === 0 ? 200 + index : null, account),
        ),
      }),
    ),
    bodies,
  );
}

/** The view of a change as Ana, Bob and Cleo see it, an hour after it was proposed. */
export function viewOf(record: ChangeRecord, configuration = peopleConfiguration()): ChangeView {
  return changeView(record, { now: start + 3_600_000, configuration });
}
