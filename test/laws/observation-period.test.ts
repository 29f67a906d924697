import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editOf } from '../../core/change/content/edit.ts';
import type { AllowedMemory } from '../../core/finding/allowed-memory.ts';
import type { SeenUse, UseSpan } from '../../core/finding/seen-use.ts';
import type { OrganizationTree } from '../../core/organization/organization.ts';
import { newDenyPolicy } from '../../core/policy/deny-statement.ts';
import { prove } from '../../core/proof/certificate.ts';
import { review } from '../../core/review/review.ts';
import type { ReviewFacts } from '../../core/review/review-facts.ts';
import { policiesOf, reportOf, treeOf } from '../support/organization-builder.ts';
import { day, now, reviewOf, target } from '../support/small-world.ts';

const threshold = 180;
const tree = treeOf({
  A: { a: 'account', b: 'account', c: 'account', d: 'account SUSPENDED', B: { e: 'account', f: 'account' } },
  C: { g: 'account' },
});
const accounts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
/** The ACTIVE accounts below A, and those of its OU. */
const members = ['a', 'b', 'c', 'e', 'f'];
const inner = ['e', 'f'];
const above: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  accounts.map((id) => [
    id,
    id === 'g' ? ['root', 'C', id] : ['root', 'A', ...(inner.includes(id) ? ['B'] : []), id],
  ]),
);

/** What a stored review left of one account: whether Lex was kept out then, and since how many days it was not. */
interface Stored {
  readonly wasOut: boolean;
  readonly let: number | null;
}

interface World {
  readonly stored: readonly Stored[];
  readonly denied: readonly { readonly at: string; readonly how: 'whole' | 'but some' | 'conditional' }[];
  /** The entity whose allow list does not hold Lex. */
  readonly limited: string | null;
  readonly spans: readonly {
    readonly of: string;
    readonly by: string;
    readonly ago: readonly number[];
    readonly alone: boolean;
  }[];
}

const places = ['root', 'A', 'B', 'C', ...accounts];
const worlds: fc.Arbitrary<World> = fc.record({
  stored: fc.array(
    fc.record({
      wasOut: fc.constantFrom(false, false, false, true),
      let: fc.constantFrom(null, null, 0, 1, 90, threshold - 1, threshold, threshold + 1, 398, 401),
    }),
    { minLength: accounts.length, maxLength: accounts.length },
  ),
  denied: fc.array(
    fc.record({
      at: fc.constantFrom(...places),
      how: fc.constantFrom('whole' as const, 'but some' as const, 'conditional' as const),
    }),
    { maxLength: 2 },
  ),
  limited: fc.constantFrom(null, null, null, ...places),
  spans: fc.array(
    fc.record({
      of: fc.constantFrom(...places),
      by: fc.constantFrom('', 'a', 'e', 'g', 'gone'),
      ago: fc.constantFrom([300], [665, 300], [1000, 300], [900, 600, 300], [500, 480], [700, 200]),
      alone: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
});

const today = Math.floor(now / day);
const spanOf = (ago: number, by: string, alone: boolean): UseSpan => ({
  ...{ first: today - ago, last: today - ago, quietUntil: today - ago + 100, accountId: by, alone },
});

function factsOf({ denied, limited, spans, stored }: World) {
  const allowedBefore: AllowedMemory = new Map(
    stored.flatMap((each, index) => {
      const since = each.let === null || each.wasOut ? [] : [['lex', now - each.let * day] as const];
      const services = new Set(each.wasOut ? ['lex'] : []);
      return services.size + since.length === 0
        ? []
        : [[accounts[index] as string, { services, since: new Map(since) }]];
    }),
  );
  const seenUse: SeenUse = new Map([
    ['lex', new Map(spans.map(({ ago, alone, by, of }) => [of, ago.map((each) => spanOf(each, by, alone))]))],
  ]);
  const conditions = {
    whole: {},
    'but some': { condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/Operations'] } } },
    conditional: { condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } },
  };
  const policies = policiesOf(
    tree,
    [
      ...denied.map(({ at, how }, index) => ({
        id: `p-deny${index}`,
        targets: [at],
        deny: ['lex'],
        ...conditions[how],
      })),
      ...(limited === null ? [] : [{ id: 'p-allow', targets: [limited], allow: ['s3'] }]),
    ],
    limited === null ? [] : [limited],
  );
  const { facts, request } = reviewOf(tree, {
    ...{ allowedBefore, policies, seenUse, request: { scopeId: 'A' }, movesKnownSince: now - 300 * day },
    reports: ['A', 'B', ...accounts.slice(0, 6)].map((id) => reportOf(tree, id, { lex: 'never' })),
  });
  return { facts, request };
}

/** The accounts that SCPs let use Lex within the threshold, plainly. */
function letIn({ denied, limited, stored }: World): readonly string[] {
  return members.filter((id) => {
    const isOut = above[id]?.some(
      (place) => place === limited || denied.some(({ at, how }) => at === place && how !== 'conditional'),
    );
    const { let: ago = null, wasOut = false } = stored[accounts.indexOf(id)] ?? {};
    return !isOut && (wasOut || (ago !== null && ago <= threshold));
  });
}

/** What the certificate of a deny of Lex at A says. */
function checked({ facts, request }: ReturnType<typeof factsOf>) {
  const text = newDenyPolicy({ services: ['lex'], exemptPrincipals: [], maximumCharacters: 10_240 });
  if (!text.ok) throw new Error('unreachable');
  const edit = {
    ...{ policyId: null, policyName: 'DenyUnusedServices', services: ['lex'], before: null },
    ...{ targets: [target(tree as OrganizationTree, 'A')], after: text.value.text },
  };
  const { checks } = prove({ ...facts, ...request, edit, cutOff: now - threshold * day });
  return checks.find(({ name }) => name === 'observation-period');
}

const runs = { numRuns: process.env.LONG ? 5_000 : 60 };

test('what was let in within the threshold is proven nowhere, and fails where that is most; what is still kept out is no matter', () => {
  const met = new Map<string, number>();
  fc.assert(
    fc.property(worlds, (world) => {
      const lately = letIn(world);
      const isMost = lately.length * 2 >= members.length || inner.every((id) => lately.includes(id));
      const expected = isMost ? 'failed' : lately.length > 0 ? 'not-proven' : 'ok';
      expect(checked(factsOf({ ...world, spans: [] }))?.verdict).toBe(expected);
      met.set(expected, (met.get(expected) ?? 0) + 1);
    }),
    runs,
  );
  expect([...met.keys()].sort()).toEqual(['failed', 'not-proven', 'ok']);
});

test('what a review drafts, the check lets pass', () => {
  let drafted = 0;
  fc.assert(
    fc.property(worlds, (world) => {
      const { facts, request } = factsOf(world);
      const { changes, refusals } = review(facts, request);
      expect(refusals.filter(({ detail }) => detail.includes('observation-period: '))).toEqual([]);
      drafted += changes.length;
    }),
    runs,
  );
  expect(drafted).toBeGreaterThan(0);
});

/** Faults of drafting, as what it would take the stored facts for. */
const faults: Readonly<Record<string, (facts: ReviewFacts) => Partial<ReviewFacts>>> = {
  'forgets what was kept out': () => ({ allowedBefore: new Map() }),
  'forgets what comes back': () => ({ seenUse: new Map() }),
  'takes each day for one long ago': ({ allowedBefore = new Map() }) => ({
    allowedBefore: new Map(
      [...allowedBefore].map(([id, { services }]) => [id, { services, since: new Map() }]),
    ),
  }),
  'looks at the days alone': ({ allowedBefore = new Map() }) => ({
    allowedBefore: new Map(
      [...allowedBefore].map(([id, { since }]) => [id, { services: new Set<string>(), since }]),
    ),
  }),
};

test.each(Object.entries(faults))('a fault in drafting is caught: it %s', (_, fault) => {
  let caught = 0;
  fc.assert(
    fc.property(worlds, (world) => {
      const { facts, request } = factsOf(world);
      const cutOff = now - threshold * day;
      const isHeld = review(facts, request).changes.length === 0;
      for (const change of review({ ...facts, ...fault(facts) }, request).changes) {
        if (!isHeld || !change.targets.some(({ id }) => id === 'A')) continue;
        const { checks } = prove({ ...facts, ...request, edit: editOf(change), cutOff });
        expect(checks.find(({ name }) => name === 'observation-period')?.verdict).toBe('failed');
        caught += 1;
      }
    }),
    runs,
  );
  expect(caught).toBeGreaterThan(0);
});
