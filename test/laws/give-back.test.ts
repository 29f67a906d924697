import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDeny, exemptMore, ourDeniedServices, removeDeny } from '../../core/policy/deny-statement.ts';
import { type PolicyDocument, parsePolicy } from '../../core/policy/document.ts';
import { exemptionOf, isOurs } from '../../core/policy/our-statement.ts';
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
