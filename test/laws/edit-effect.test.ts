import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { patternTouchesService } from '../../core/base/matching.ts';
import { chainOf } from '../../core/organization/organization.ts';
import { type PolicyDocument, parsePolicy } from '../../core/policy/document.ts';
import { exemptionOf, exempts } from '../../core/policy/our-statement.ts';
import {
  allowingStatements,
  type Denial,
  denyingStatements,
  isStronger,
  takenAlready,
} from '../../core/policy/standing.ts';
import { mayConcern } from '../../core/policy/statement-reach.ts';
import { effectOf } from '../../core/proof/effect.ts';
import type { ProofSubject } from '../../core/proof/subject.ts';
import { subject } from '../proof/good-edit.ts';
import { policy, reportOf, target, treeOf } from '../support/small-world.ts';
import { namespaces, policyValue } from './policy-generators.ts';

const runs = process.env.LONG ? 5_000 : 200;
const tree = treeOf({
  Dev: { one: { id: '222222222221' }, two: { id: '222222222222' }, three: { id: '222222222223' } },
  Test: { other: { id: '444444444441' } },
  Prod: { Web: { four: { id: '333333333331' }, five: { id: '333333333332' } } },
});

function read(text: string): PolicyDocument {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

test('a text that is said not to concern a service has no pattern that can match an action of it', () => {
  let without = 0;
  fc.assert(
    fc.property(policyValue, fc.constantFrom(...namespaces), (value, namespace) => {
      const document = read(JSON.stringify(value));
      if (mayConcern(document, namespace)) return;
      without += 1;
      for (const { actions } of document.statements) {
        expect(actions.kind).toBe('action');
        expect(actions.patterns.filter((pattern) => patternTouchesService(pattern, namespace))).toEqual([]);
      }
    }),
    { numRuns: 10 * runs },
  );
  expect(without).toBeGreaterThan(runs / 2);
});

type Levels = readonly (readonly PolicyDocument[])[];

/** What the statements of SCPs say of a service, each statement asked. */
function saysOf(documents: readonly PolicyDocument[], namespace: string) {
  const denial = documents
    .flatMap((document) => denyingStatements(document, namespace))
    .reduce<Denial>((most, { denial: each }) => (isStronger(each, most) ? each : most), 'none');
  return { denial, allows: documents.some((document) => allowingStatements(document, namespace).length > 0) };
}

function standing(levels: Levels, namespace: string): string {
  const { denial } = saysOf(levels.flat(), namespace);
  return `${denial} ${denial !== 'whole' && levels.every((level) => saysOf(level, namespace).allows)}`;
}

/** The effect on one account by all texts above it, of no service but these. */
function slowEffect({ edit, policies }: ProofSubject, accountId: string) {
  const own = read(edit.after);
  const isOwn = (id: string): boolean => id === edit.policyId;
  const isAt = (targets: readonly { readonly id: string }[], id: string): boolean =>
    targets.some((each) => each.id === id);
  const chain = chainOf(tree, accountId).map(({ id }) => ({
    before: policies.filter(({ targets }) => isAt(targets, id)).map(({ text }) => read(text as string)),
    after: [
      ...policies
        .filter(({ targets }) => isAt(targets, id))
        .map((each) => (isOwn(each.id) ? own : read(each.text as string))),
      ...(edit.policyId === null && isAt(edit.targets, id) ? [own] : []),
    ],
  }));
  const [before, after] = [chain.map((level) => level.before), chain.map((level) => level.after)];
  const old = policies.filter(({ id }) => isOwn(id)).map(({ text }) => read(text as string));
  const changed = (namespace: string) => standing(before, namespace) !== standing(after, namespace);
  const isTaken = (namespace: string) =>
    takenAlready(before, namespace, (statement) =>
      denyingStatements(own, namespace).some((each) => {
        const exemption = exemptionOf(each.statement);
        return exemption !== null && exempts(statement, exemption);
      }),
    );
  const isCompared = (namespace: string) =>
    edit.services.includes(namespace) ||
    JSON.stringify(saysOf(old, namespace)) !== JSON.stringify(saysOf([own], namespace));
  const sorted = [...namespaces].sort();
  return {
    changed: sorted.filter(changed),
    lost: sorted.filter((each) => isCompared(each) && (changed(each) || !isTaken(each))),
    missed: sorted.filter(
      (each) => edit.services.includes(each) && !/^(whole|principals)/.test(standing(after, each)),
    ),
  };
}

const entities = [...tree.entities.keys()];
const few = fc.uniqueArray(fc.constantFrom(...namespaces), { minLength: 1, maxLength: 2 });
const someEntities = fc.uniqueArray(fc.constantFrom(...entities));
/** Texts of a few services, as most are: they make no difference where an edit is about others. */
const narrow = fc.record({ Effect: fc.constantFrom('Allow', 'Deny'), of: few }).map(({ Effect, of }) => ({
  Statement: [{ Effect, Action: of.map((service) => `${service}:*`), Resource: '*' }],
}));
const attachedOf = (value: fc.Arbitrary<object>) =>
  fc.array(fc.record({ value, at: someEntities }), { minLength: 1, maxLength: 5 });
const edits = fc.record({
  all: fc.oneof(attachedOf(fc.oneof(policyValue, narrow)), attachedOf(narrow)),
  /** Entities that allow everything, as AWS's own SCP does. */
  allowing: fc.oneof({ weight: 3, arbitrary: fc.constant(entities) }, someEntities),
  after: fc.oneof(policyValue, narrow),
  isNew: fc.boolean(),
  at: fc.uniqueArray(fc.constantFrom(...entities), { minLength: 1 }),
  services: few,
});

test('what an edit does to accounts is what all texts above each of them say, told apart or not', () => {
  const seen = { changed: 0, shared: 0 };
  fc.assert(
    fc.property(edits, ({ after, all, allowing, at, isNew, services }) => {
      const everything = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
      const policies = [
        policy(
          'p-everything',
          everything,
          allowing.map((id) => target(tree, id)),
        ),
        ...all.map(({ at: places, value }, index) =>
          policy(
            `p-${index}`,
            value,
            (index === 0 && !isNew ? at : places).map((id) => target(tree, id)),
          ),
        ),
      ];
      const given = subject({
        tree,
        policies,
        reports: [reportOf(tree, 'r-test', [], namespaces)],
        edit: {
          ...{ policyId: isNew ? null : 'p-0', before: isNew ? null : (policies[1]?.text ?? '') },
          ...{ policyName: 'Edited', services, targets: at.map((id) => target(tree, id)) },
          after: JSON.stringify(after),
        },
      });
      const isOurs = (namespace: string) => namespaces.some((each) => each === namespace);
      const effects = effectOf(given);
      for (const { accounts, ...effect } of effects)
        for (const index of accounts) {
          const { changed, lost, missed } = effect;
          const found = { changed: changed.filter(isOurs), lost: lost.filter(isOurs), missed };
          expect(found).toEqual(slowEffect(given, tree.accounts[index]?.id ?? ''));
        }
      if (effects.some(({ changed }) => changed.length > 0)) seen.changed += 1;
      if (new Set(effects.map(({ changed }) => changed)).size < effects.length) seen.shared += 1;
    }),
    { numRuns: runs },
  );
  expect(seen.changed).toBeGreaterThan(runs / 10);
  expect(seen.shared).toBeGreaterThan(runs / 20);
});

test('the same SCPs at other levels are another chain', () => {
  const allowing = (action: string) => ({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
  const at = (...ids: readonly string[]) => ids.map((id) => target(tree, id));
  const policies = [
    policy('p-0', allowing('*'), at('r-test')),
    policy('p-1', allowing('*'), at('ou-test-dev00000', 'ou-test-test0000')),
    policy('p-2', allowing('*'), at('222222222221', 'ou-test-test0000')),
  ];
  const edit = {
    ...{ policyId: 'p-0', targets: at('222222222221', '444444444441'), services: [] },
    ...{ before: policies[0]?.text ?? '', after: JSON.stringify(allowing('lex:*')) },
  };
  const effects = effectOf(subject({ tree, policies, edit }));
  const changed = effects.map(({ changed: services }) => services.includes('polly'));
  // The account in Test has nothing attached itself, so it never had anything to lose.
  expect(changed).toEqual([true, false, false, false]);
});
