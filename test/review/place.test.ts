import { describe, expect, test } from '@jest/globals';
import { baseDigest } from '../../core/change/content/digest.ts';
import { editOf } from '../../core/change/content/edit.ts';
import type { AccessReport } from '../../core/finding/access-report.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { review } from '../../core/review/review.ts';
import type { ReviewFacts, ReviewRequest } from '../../core/review/review-facts.ts';
import { nextReports } from '../support/next-reports.ts';
import {
  day,
  fullAccess,
  now,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
  type Use,
} from '../support/small-world.ts';

const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222221' }, Backend: { 'dev-2': { id: '222222222222' } } },
  Prod: { 'prod-1': { id: '333333333331' } },
  Empty: {},
});
const dev = 'ou-test-dev00000';
const backend = 'ou-test-backend0';
const prod = 'ou-test-prod0000';
const empty = 'ou-test-empty000';
const services = ['dms', 'lex', 's3'];
const busy: readonly Use[] = ['222222222221', '222222222222', '333333333331'].map((accountId) => ({
  accountId,
  service: 's3',
  at: now - day,
}));

const scp = (
  name: string,
  on: readonly string[],
  statements: readonly object[] = [],
  more: Partial<ServiceControlPolicy> = {},
) =>
  policy(
    `p-${name.padEnd(8, '0')}`,
    {
      Version: '2012-10-17',
      Statement: [...statements, { Sid: 'Guard', Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' }],
    },
    on.map((id) => target(tree, id)),
    { name, ...more },
  );
const allows = (...actions: string[]) => ({ Sid: 'Allows', Effect: 'Allow', Action: actions, Resource: '*' });

interface Given {
  readonly policies?: readonly ServiceControlPolicy[];
  readonly uses?: readonly Use[];
  readonly request?: Partial<ReviewRequest>;
  readonly facts?: Partial<ReviewFacts>;
  readonly settings?: object;
  readonly failing?: readonly string[];
}

function run({
  policies = [],
  uses = [],
  request = {},
  facts: more = {},
  settings = {},
  failing = [],
}: Given) {
  const start = reviewOf(tree, {
    policies: [fullAccess(tree), ...policies],
    settings,
    request: { scopeId: dev, ...request },
    ...more,
  });
  const ask = (entityId: string): AccessReport =>
    failing.includes(entityId)
      ? { status: 'failed', entityId, failure: { code: 'REPORT_TIMED_OUT', message: 'stuck' } }
      : reportOf(tree, entityId, [...busy, ...uses], services);
  let { facts } = start;
  for (
    let next = nextReports(facts, start.request);
    next.length > 0;
    next = nextReports(facts, start.request)
  ) {
    facts = { ...facts, reports: [...facts.reports, ...next.map(ask)] };
  }
  const { changes, refusals, findings } = review(facts, start.request);
  return {
    findings,
    refusals,
    changes,
    asked: facts.reports.map((report) => report.entityId),
    placed: changes.map(editOf).map((change) => `${change.policyName}: ${change.services.join(' ')}`),
    codes: [...new Set(refusals.map((refusal) => refusal.code))],
  };
}

describe('the relevant SCP', () => {
  test('the one attached to the entity itself, before one whose targets lie inside, before a new one', () => {
    const inside = scp('Inside', [backend, '222222222221']);
    expect(run({ policies: [scp('Attached', [dev]), inside] }).placed).toEqual(['Attached: dms lex']);
    expect(run({ policies: [inside] }).placed).toEqual(['Inside: dms lex']);
    const fresh = run({});
    expect(fresh.placed).toEqual(['DenyUnusedServices-Dev: dms lex']);
    expect(fresh.changes).toMatchObject([{ confirm: 'Dev' }]);
    expect(fresh.changes.map(editOf)).toMatchObject([
      { kind: 'create-policy', policyId: null, before: null },
    ]);
    expect(run({ policies: [scp('OnlyPart', [backend])] }).placed).toEqual([
      'DenyUnusedServices-Dev: dms lex',
    ]);
  });

  test('among equals: most services named by its own Allows, then one that holds our statement, then fewest targets, most room, name', () => {
    const ours = { Sid: 'DenyUnusedServices', Effect: 'Deny', Action: ['polly:*'], Resource: '*' };
    const plain = scp('Plain', [dev]);
    expect(run({ policies: [plain, scp('Names', [dev], [allows('lex:*', 'dms:*')])] }).placed).toEqual([
      'Names: dms lex',
    ]);
    expect(run({ policies: [plain, scp('ZHolds', [dev], [ours])] }).placed).toEqual(['ZHolds: dms lex']);
    expect(run({ policies: [scp('ATwo', [dev, backend]), scp('BOne', [dev])] }).placed).toEqual([
      'BOne: dms lex',
    ]);
    expect(
      run({ policies: [scp('ALong', [dev], [allows('ec2:DescribeInstances')]), scp('BShort', [dev])] })
        .placed,
    ).toEqual(['BShort: dms lex']);
    expect(run({ policies: [scp('B', [dev]), scp('A', [dev])] }).placed).toEqual(['A: dms lex']);
  });

  test('a target outside that used a service blocks it there, and the refusal names target and account', () => {
    const shared = scp('Shared', [dev, prod]);
    const given = run({
      policies: [shared],
      uses: [{ accountId: '333333333331', service: 'lex', at: now - 2 * day }],
    });
    expect(given.asked).toContain(prod);
    expect(given.placed).toEqual(['Shared: dms', 'DenyUnusedServices-Dev: lex']);
    const [refusal] = given.refusals;
    expect(refusal).toMatchObject({ code: 'USED_AT_TARGET', entityId: dev, services: ['lex'] });
    expect(refusal?.detail).toContain('333333333331');
    expect(refusal?.detail).toContain('Prod');
  });

  test('a target outside is asked only if something hangs on it; unknown there is never unused', () => {
    expect(run({ policies: [scp('Shared', [dev, prod])] }).placed).toEqual(['Shared: dms lex']);
    const stuck = run({ policies: [scp('Shared', [dev, prod])], failing: [prod] });
    expect(stuck.placed).toEqual(['DenyUnusedServices-Dev: dms lex']);
    expect(stuck.codes).toContain('EVIDENCE_MISSING');
    expect(run({ policies: [scp('Attached', [dev]), scp('Shared', [dev, prod])] }).asked).not.toContain(prod);
  });

  test('an empty OU as target never blocks and is never asked', () => {
    const given = run({ policies: [scp('Shared', [dev, empty])] });
    expect(given.placed).toEqual(['Shared: dms lex']);
    expect(given.asked).not.toContain(empty);
  });

  test('an exemption or a family member in use at another target blocks', () => {
    const exemptions = [
      { entity: 'prod-1', service: 'lex', reason: 'pilot', owner: 'ana', until: '2027-01-01' },
    ];
    expect(run({ policies: [scp('Shared', [dev, prod])], settings: { exemptions } }).placed).toEqual([
      'Shared: dms',
      'DenyUnusedServices-Dev: lex',
    ]);
  });

  test('not editable: AWS-managed, foreign by tag or name, outside editablePolicies', () => {
    for (const foreign of [
      scp('aws-guardrails-x', [dev]),
      scp('Tagged', [dev], [], { tags: { CreatedBy: 'terraform' } }),
      scp('Stack', [dev], [], { tags: { 'aws:cloudformation:stack-name': 'x' } }),
    ]) {
      expect(run({ policies: [foreign] }).placed).toEqual(['DenyUnusedServices-Dev: dms lex']);
    }
    expect(
      run({ policies: [scp('Mine', [dev])], settings: { editablePolicies: ['Other*'] } }).placed,
    ).toEqual(['DenyUnusedServices-Dev: dms lex']);
    expect(run({ policies: [scp('Mine', [dev])], settings: { foreignPolicies: ['Mine'] } }).placed).toEqual([
      'DenyUnusedServices-Dev: dms lex',
    ]);
  });

  test('a malformed SCP is named and the rest goes on', () => {
    const broken = policy('p-broken00', '{"Version":"2012-10-17","Statement":[', [target(tree, dev)], {
      name: 'Broken',
    });
    const given = run({ policies: [broken, scp('Mine', [dev])] });
    expect(given.placed).toEqual(['Mine: dms lex']);
    expect(given.refusals).toEqual([
      expect.objectContaining({ code: 'MALFORMED_POLICY', policyId: 'p-broken00' }),
    ]);
  });
});

describe('the SCP that the caller asks for', () => {
  const asked = (policyId: string, given: Given = {}) => run({ ...given, request: { policyId } });
  test('is preferred if it reaches all accounts and is unused everywhere', () => {
    const both = { policies: [scp('AFirst', [dev]), scp('Wanted', [dev, backend])] };
    expect(asked('p-Wanted00', both).placed).toEqual(['Wanted: dms lex']);
  });
  test.each([
    ['p-nowhere0', [], 'POLICY_NOT_RELEVANT'],
    ['p-Part0000', [scp('Part', [backend])], 'POLICY_NOT_RELEVANT'],
    ['p-Unattach', [scp('Unattach', [])], 'POLICY_NOT_RELEVANT'],
    ['p-OnRoot00', [scp('OnRoot', ['r-test'])], 'ROOT_NOT_ALLOWED'],
    ['p-FullAWSAccess', [], 'FOREIGN_POLICY'],
  ] as const)('%s is refused with %s, and the search goes on', (policyId, policies, code) => {
    const given = asked(policyId, { policies });
    expect(given.codes).toContain(code);
    expect(given.placed).toEqual(['DenyUnusedServices-Dev: dms lex']);
  });
  test('a foreign one gets the edit as a patch', () => {
    const given = asked('p-Foreign0', {
      policies: [scp('Foreign', [dev], [], { tags: { managed_by: 'terraform' } })],
    });
    const refusal = given.refusals.find(({ code }) => code === 'FOREIGN_POLICY');
    expect(refusal?.patch?.after).toContain('"dms:*"');
    expect(refusal?.patch?.before).not.toContain('"dms:*"');
  });
  test('the root, where placement.root allows it', () => {
    const given = run({
      policies: [scp('OnRoot', ['r-test'])],
      request: { scopeId: 'r-test' },
      settings: { placement: { root: true } },
    });
    expect(given.placed).toEqual(['OnRoot: dms lex']);
  });
});

describe('no room', () => {
  const ten = Array.from({ length: 9 }, (_, index) => scp(`aws-guardrails-${index}`, [dev]));
  test('every slot in use by SCPs that may not be edited: NO_CAPACITY with the missing figure', () => {
    const given = run({ policies: ten });
    expect(given.placed).toEqual([]);
    expect(given.refusals).toEqual([
      expect.objectContaining({ code: 'NO_CAPACITY', entityId: dev, services: ['dms', 'lex'] }),
      expect.objectContaining({ code: 'FOREIGN_POLICY', entityId: dev, services: ['dms', 'lex'] }),
    ]);
    const [room, owner] = given.refusals;
    expect([room?.detail, room?.patch]).toEqual([expect.stringContaining('1 slot is missing'), undefined]);
    expect(owner?.detail).toContain('belongs to AWS Control Tower (its name aws-guardrails-0)');
    expect(owner?.patch?.after).toContain('"dms:*","lex:*"');
    const managed = Array.from({ length: 9 }, (_, index) =>
      scp(`M${index}`, [dev], [], { awsManaged: true }),
    );
    expect(run({ policies: managed }).codes).toEqual(['NO_CAPACITY']);
  });
  test('slots and texts are full: both figures, that of the SCP with the fewest missing characters', () => {
    const full = Array.from({ length: 9 }, (_, at) => scp(`Full${at}`, [dev]));
    const given = run({ policies: full, settings: { quotas: { scpCharacters: 100 } } });
    expect([given.placed, given.codes]).toEqual([[], ['NO_CAPACITY']]);
    expect(given.refusals.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('1 slot is missing'),
      expect.stringMatching(/Full\d .*could take them, but \d+ characters are missing in it/),
    ]);
  });
  test('an SCP takes what fits; the rest goes to the next', () => {
    const tight = { quotas: { scpCharacters: 190 } };
    const given = run({ policies: [scp('Tight', [dev])], settings: tight });
    expect(given.changes.every((change) => editOf(change).after.length <= 190)).toBe(true);
    expect(given.placed.join()).toContain('dms');
    expect(given.placed.join()).toContain('lex');
  });
});

describe('a finding at the root', () => {
  test('is drafted for each entity below it', () => {
    const given = run({ request: { scopeId: 'r-test' } });
    expect(given.findings.map((finding) => finding.entityId)).toEqual(['r-test', 'r-test']);
    expect(given.placed.sort()).toEqual([
      'DenyUnusedServices-Dev: dms lex',
      'DenyUnusedServices-Prod: dms lex',
    ]);
  });
  test('leaves out entities whose SCPs do not allow the service, and says so', () => {
    const shut = scp('Shut', [prod], [{ Effect: 'Deny', Action: 'lex:*', Resource: '*' }]);
    const given = run({ request: { scopeId: 'r-test' }, policies: [shut] });
    expect(given.placed.sort()).toEqual(['DenyUnusedServices-Dev: dms lex', 'Shut: dms']);
    expect(given.refusals).toEqual([
      expect.objectContaining({ code: 'POLICY_NOT_RELEVANT', entityId: 'r-test', services: ['lex'] }),
    ]);
  });
  test('two entities that share one SCP give one change', () => {
    const given = run({ request: { scopeId: 'r-test' }, policies: [scp('Shared', [dev, prod])] });
    expect(given.placed).toEqual(['Shared: dms lex']);
    expect(given.changes[0]?.accountIds).toHaveLength(3);
    expect(given.changes[0]?.confirm).toBe('Root');
  });
});

describe('what waits', () => {
  test('at most changesPerReview, largest first; the rest is deferred by name', () => {
    const given = run({ request: { scopeId: 'r-test' }, settings: { changesPerReview: 1 } });
    expect(given.placed).toEqual(['DenyUnusedServices-Dev: dms lex']);
    expect(given.codes).toEqual(['DEFERRED']);
  });
  test('a change that is open already takes no place: what waited comes next', () => {
    const request = { request: { scopeId: 'r-test' }, settings: { changesPerReview: 1 } };
    const [change] = run(request).changes;
    const open = {
      id: change?.id ?? '',
      policyId: null,
      targetIds: change?.targets.map(({ id }) => id) ?? [],
      services: change?.services ?? [],
      frozen: false,
      baseDigest: change?.baseDigest ?? '',
    };
    const later = run({ ...request, facts: { openChanges: [open] } });
    expect(later.placed.sort()).toEqual([
      'DenyUnusedServices-Dev: dms lex',
      'DenyUnusedServices-Prod: dms lex',
    ]);
    expect(later.codes).toEqual([]);
    const elsewhere = run({ ...request, facts: { openChanges: [{ ...open, targetIds: [backend] }] } });
    expect(elsewhere.codes).toEqual(['DEFERRED']);
  });
  test('additions to an open change wait; an approved one is frozen; one whose base moved on does not count', () => {
    const mine = scp('Mine', [dev]);
    const open = {
      id: 'chg-000000000001',
      policyId: mine.id,
      targetIds: [dev],
      services: ['lex'],
      frozen: false,
      baseDigest: baseDigest(mine.text, [dev]),
    };
    const withOpen = (change: object) =>
      run({ policies: [mine], facts: { openChanges: [{ ...open, ...change }] } });
    expect(withOpen({}).placed).toEqual(['Mine: lex']);
    expect(withOpen({}).refusals).toEqual([expect.objectContaining({ code: 'DEFERRED', services: ['dms'] })]);
    expect(withOpen({ frozen: true }).placed).toEqual([]);
    expect(withOpen({ baseDigest: 'other' }).placed).toEqual(['Mine: dms lex']);
  });
  test('what people decided against waits for its date, in this SCP or another', () => {
    const suppressions = [
      {
        changeId: 'chg-000000000001',
        targetIds: [backend],
        services: ['lex'],
        until: now + day,
        why: 'rejected by ana (needed in spring)',
      },
    ];
    const given = run({ policies: [scp('Mine', [dev])], facts: { suppressions } });
    expect(given.placed).toEqual(['Mine: dms']);
    expect(given.refusals[0]?.detail).toContain('needed in spring');
    expect(
      run({
        policies: [scp('Mine', [dev])],
        facts: { suppressions: [{ ...suppressions[0], until: now - 1 } as (typeof suppressions)[number]] },
      }).placed,
    ).toEqual(['Mine: dms lex']);
  });
  test('what people decided against at one target keeps a shared SCP from taking it for another', () => {
    const suppressions = [
      {
        changeId: 'chg-000000000001',
        targetIds: [prod],
        services: ['lex'],
        until: now + day,
        why: 'rejected',
      },
    ];
    const given = run({ policies: [scp('Shared', [dev, prod])], facts: { suppressions } });
    expect(given.placed.filter((line) => line.startsWith('Shared'))).not.toContainEqual(
      expect.stringContaining('lex'),
    );
    expect(run({ policies: [scp('Shared', [dev, prod])] }).placed).toEqual(['Shared: dms lex']);
  });
  test('observe: findings only', () => {
    const given = run({ settings: { mode: 'observe' } });
    expect(given.findings).toHaveLength(2);
    expect(given.placed).toEqual([]);
  });
  test('a name that is taken gets the id of its entity', () => {
    const given = run({ policies: [scp('DenyUnusedServices-Dev', [prod])] });
    expect(given.placed).toEqual([`DenyUnusedServices-Dev-${dev}: dms lex`]);
    const names = ['DenyUnusedServices-Dev', `DenyUnusedServices-Dev-${dev}`];
    expect(run({ policies: names.map((name) => scp(name, [prod])) }).placed).toEqual([
      `DenyUnusedServices-Dev-${dev}-2: dms lex`,
    ]);
  });
});
