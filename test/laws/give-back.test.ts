import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDeny,
  exemptLess,
  exemptMore,
  ourDeniedServices,
  removeDeny,
} from '../../core/policy/deny-statement.ts';
import { type PolicyDocument, parsePolicy } from '../../core/policy/document.ts';
import { exemptionOf, isOurs } from '../../core/policy/our-statement.ts';
import { proveEndExemption } from '../../core/proof/end-exemption.ts';
import { givenBackTo, proveGiveBack } from '../../core/proof/give-back.ts';
import { evaluateAction } from '../support/evaluate-action.ts';
import { namespaces, policyText, someExemption, someServices } from './policy-generators.ts';

function read(text: string): PolicyDocument {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

test('a give-back changes the verdict of no action but those of the services that are named, and is proved', () => {
  let proved = 0;
  fc.assert(
    fc.property(policyText, someServices, someExemption, (text, services, exemptPrincipals) => {
      const denied = addDeny(text, { services, exemptPrincipals, maximumCharacters: 100_000 });
      if (!denied.ok) return;
      const named: readonly string[] = services.slice(0, Math.ceil(services.length / 2));
      const removal = removeDeny(denied.value.text, { services: named });
      if (!removal.ok) return;
      const [before, after] = [read(denied.value.text), read(removal.value.text)];
      for (const namespace of namespaces) {
        if (named.includes(namespace)) continue;
        const action = `${namespace}:GetThing`;
        expect(evaluateAction([[after]], action)).toBe(evaluateAction([[before]], action));
      }
      const { checks } = proveGiveBack({
        ...{ policyId: 'p-1', policyName: 'One', targets: [], services: named },
        ...{ before: denied.value.text, after: removal.value.text },
      });
      // Made-up policies may be none that AWS takes: that check has cases of its own.
      const failed = checks.filter(({ name, verdict }) => name !== 'syntax' && verdict === 'failed');
      // A statement with our Sid in another spelling is another hand's: it stays, and the proof says that it still denies.
      if (ourDeniedServices(after).some((service) => named.includes(service))) {
        expect(failed).toMatchObject([{ name: 'only-named-given-back' }]);
        return;
      }
      expect(failed).toEqual([]);
      proved += 1;
    }),
  );
  expect(proved).toBeGreaterThan(20);
});

/** A Sid that is taken out must not become that of another statement in the same edit. */
const twoOfOurs = `{"Statement":[{"Sid":"DenyUnusedServices3","Effect":"Deny","Action":["s3:*"],"Resource":"*"},{"Effect":"Allow","Action":["s3:*"],"Resource":"*"}]}`;

test('a give-back to principals leaves these alone free, keeps every other denial, and is proved', () => {
  const principals = ['arn:aws:iam::222222222222:role/Bots', 'arn:aws:iam::333333333333:user/ann'];
  /** Whom our statements leave free of each service. */
  const freeIn = (document: PolicyDocument, service: string) =>
    document.statements
      .filter((statement) => isOurs(statement) && statement.actions.patterns.includes(`${service}:*`))
      .map((statement) => new Set(exemptionOf(statement)));
  let proved = 0;
  fc.assert(
    fc.property(policyText, someServices, someExemption, (text, services, exemptPrincipals) => {
      const denied = addDeny(text, { services, exemptPrincipals, maximumCharacters: 100_000 });
      if (!denied.ok) return;
      const named: readonly string[] = services.slice(0, Math.ceil(services.length / 2));
      const given = exemptMore(denied.value.text, {
        services: named,
        principals,
        maximumCharacters: 100_000,
      });
      if (!given.ok) return;
      const [before, after] = [read(denied.value.text), read(given.value.text)];
      for (const namespace of namespaces) {
        if (named.includes(namespace)) continue;
        const action = `${namespace}:GetThing`;
        expect(evaluateAction([[after]], action)).toBe(evaluateAction([[before]], action));
        expect(freeIn(after, namespace)).toEqual(freeIn(before, namespace));
      }
      const edit = {
        ...{ policyId: 'p-1', policyName: 'One', targets: [], services: named },
        ...{ before: denied.value.text, after: given.value.text },
      };
      const failed = proveGiveBack(edit).checks.filter(
        ({ name, verdict }) => name !== 'syntax' && verdict === 'failed',
      );
      const isWhole = named.every((service) =>
        freeIn(after, service).every((free) => principals.every((principal) => free.has(principal))),
      );
      // A statement with our Sid in another spelling is another hand's: it stays, and the proof says so.
      expect(failed.map(({ name }) => name)).toEqual(isWhole ? [] : ['only-named-given-back']);
      if (!isWhole) return;
      for (const principal of givenBackTo(edit)) expect(principals).toContain(principal);
      proved += 1;
    }),
    { examples: [[twoOfOurs, ['s3'], ['arn:aws:iam::*:role/break-glass']]] },
  );
  expect(proved).toBeGreaterThan(20);
});

test('an exemption that is taken out again leaves every denial as it was before it was given, and is proved', () => {
  const principals = ['arn:aws:iam::222222222222:role/Bots', 'arn:aws:iam::333333333333:user/ann'];
  let proved = 0;
  fc.assert(
    fc.property(policyText, someServices, someExemption, (text, services, exemptPrincipals) => {
      const size = { maximumCharacters: 100_000 };
      const denied = addDeny(text, { services, exemptPrincipals, ...size });
      if (!denied.ok) return;
      const named: readonly string[] = services.slice(0, Math.ceil(services.length / 2));
      const before = read(denied.value.text);
      // Whoever was free before it was given stays free: such a pair is no exemption with an end.
      const fresh = principals.filter((principal) =>
        before.statements.every((statement) => !exemptionOf(statement)?.includes(principal)),
      );
      const given = exemptMore(denied.value.text, { services: named, principals: fresh, ...size });
      if (!given.ok || given.value.text === denied.value.text) return;
      const principalsOf = new Map(named.map((service) => [service, fresh]));
      const taken = exemptLess(given.value.text, { principalsOf, ...size });
      if (!taken.ok) throw new Error(taken.reasons[0].detail);
      const after = read(taken.value.text);
      for (const namespace of namespaces) {
        const action = `${namespace}:GetThing`;
        expect(evaluateAction([[after]], action)).toBe(evaluateAction([[before]], action));
        expect(freeOf(after, namespace)).toEqual(freeOf(before, namespace));
      }
      const { checks } = proveEndExemption({
        edit: {
          ...{ policyId: 'p-1', policyName: 'One', targets: [], services: named },
          ...{ before: given.value.text, after: taken.value.text },
        },
        ...{
          principalsOf,
          exemptPrincipals: [],
          use: { verdict: 'ok', detail: 'nobody used it' },
          regions: { verdict: 'ok', detail: '' },
          paid: null,
          requireProven: [],
        },
      });
      const failed = checks.filter(({ name, verdict }) => name !== 'syntax' && verdict === 'failed');
      // A statement with our Sid in another spelling is another hand's: it was never moved.
      const isWhole = named.every((service) =>
        freeOf(read(given.value.text), service).every((free) => fresh.every((each) => free.includes(each))),
      );
      if (isWhole) expect(failed).toEqual([]);
      proved += isWhole ? 1 : 0;
    }),
  );
  expect(proved).toBeGreaterThan(20);
});

/** Whom our statements leave free of a service, each exemption once: two with the same one are as good as one. */
function freeOf(document: PolicyDocument, service: string): readonly string[] {
  const exemptions = document.statements
    .filter((statement) => isOurs(statement) && statement.actions.patterns.includes(`${service}:*`))
    .map((statement) => JSON.stringify([...new Set(exemptionOf(statement))].sort()));
  return [...new Set(exemptions)].sort();
}
