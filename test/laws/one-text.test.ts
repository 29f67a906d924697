import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { type ContentV1, upToDate } from '../../core/change/content/content-v1.ts';
import { changeDigest, digestMismatch } from '../../core/change/content/digest.ts';
import { editOf } from '../../core/change/content/edit.ts';
import type { IdentityPart } from '../../core/change/content/identity-part.ts';
import { subjectOf } from '../../core/change/content/subject.ts';
import { undoSteps } from '../../core/change/content/undo-steps.ts';
import { reviewIdentities } from '../../core/review/identities/review-identities.ts';
import { changeResult } from '../../core/review/review-result.ts';
import samples from '../cases/change/contents-v1.json' with { type: 'json' };
import policyCases from '../cases/identities/arnav.json' with { type: 'json' };
import roleCases from '../cases/identities/roles.json' with { type: 'json' };
import { lived } from '../change/lives.ts';
import { content, newPolicyContent, proposal, start } from '../change/samples.ts';
import { viewOf } from '../message/sample-view.ts';
import { type AccountSketch, identityReviewOf, reportOf } from '../support/account-builder.ts';
import { answered } from '../support/identity-review.ts';

type Path = readonly (string | number)[];

/** Every single field below a value, lists and objects included. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    pathsOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

/** The value with another one at the path; undefined takes the field away. */
function withOther(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = withOther(copy[key], rest, other);
  if (copy[key] === undefined) Array.isArray(copy) ? copy.splice(Number(key), 1) : delete copy[key];
  return copy;
}

/** What is shown of the edit, proved of it, written and undone, without what only explains; null where it cannot be read. */
function effectOf(whole: ChangeContent): unknown {
  try {
    const checks = whole.certificate.checks.map(({ name: of, verdict }) => [of, verdict]);
    const { baseDigest, id, requiredApprovals, revision, thresholdDays } = whole;
    const accountIds = [...whole.accountIds].sort();
    return {
      ...(whole.identity === undefined ? effectOnPolicy(whole) : effectOnAccount(whole, whole.identity)),
      ...{ checks, accountIds, baseDigest, id, requiredApprovals, revision, thresholdDays },
    };
  } catch {
    return null;
  }
}

/** Of an account's IAM everything that the change says counts, but the names, days, jobs and explanations of its evidence. */
function effectOnAccount(whole: ChangeContent, identity: IdentityPart): object {
  const evidence = identity.evidence.map(
    ({ daysUnused, findingId, lastAccessedBy, lastAccessedRegion, report, serviceName, why, ...rest }) =>
      rest,
  );
  const { told } = viewOf(lived(proposal(whole), []));
  const accepted = whole.certificate.checks.flatMap(({ detail, name }) =>
    name === 'in-service' ? [detail] : [],
  );
  return {
    ...{
      identity: { ...identity, evidence },
      told: { ...told, identities: { ...told.identities, evidence } },
    },
    ...{ accepted, services: whole.services, subject: subjectOf(whole) },
    written: [...whole.steps, ...undoSteps(whole.steps)],
  };
}

function effectOnPolicy(whole: ChangeContent): object {
  const { policyName, targets, ...edit } = editOf(whole);
  const ids = targets.map(({ id }) => id).sort();
  const written = [...whole.steps, ...undoSteps(whole.steps)].map(({ resource, ...texts }) =>
    resource.type === 'policy-text' && resource.policyId !== null
      ? { ...texts, resource: { ...resource, name: '' } }
      : { ...texts, resource },
  );
  const [shown] = viewOf(lived(proposal(whole), [])).told.edits;
  const result = changeResult(whole);
  expect([shown?.before, shown?.after, shown?.id]).toEqual([edit.before, edit.after, edit.policyId]);
  expect([result.before, result.after, result.policyId]).toEqual([edit.before, edit.after, edit.policyId]);
  const { exemptions, intent } = whole;
  return { edit, exemptions, ids, intent, name: edit.policyId === null ? policyName : '', written };
}

/** The one change that a review of the account of a case drafts. */
function drafted(cases: readonly { readonly name: string }[], name: string): ChangeContent {
  const given = cases.find((each) => each.name === name) as
    | (Parameters<typeof identityReviewOf>[1] & { readonly account: AccountSketch })
    | undefined;
  if (given === undefined) throw new Error(`there is no case ${name}`);
  const { facts: empty, request } = identityReviewOf(given.account, given);
  const { facts } = answered(empty, request, (arn) => reportOf(given.account, arn));
  const [change] = reviewIdentities(facts, request).changes;
  if (change === undefined) throw new Error(`${name}: nothing is drafted`);
  return change;
}

const ofAccount = [
  drafted(policyCases, 'what nobody uses is detached everywhere and then deleted'),
  drafted(
    policyCases,
    'an AWS-managed policy in part use is replaced by a copy; the role that a service trusts keeps it',
  ),
  drafted(
    roleCases,
    'a role that services, providers or other accounts may use is stopped only where somebody accepts that by name',
  ),
];

/** The content as format 2 stored it, without a digest of the whole. */
function ofFormat2({ digest: _, wholeDigest: __, ...today }: ChangeContent): ChangeContent {
  const whole = { ...today, format: 2 } as const;
  return { ...whole, digest: changeDigest(whole) };
}

const [v1Edit, v1Creation] = samples.map((sample) => upToDate(sample.content as unknown as ContentV1));
const givenBack = content({
  intent: 'give-back',
  exemptions: [
    { principals: ['arn:aws:iam::222222222222:role/batch'], services: ['lex'], endsAt: 1, of: 'chg-1' },
  ],
});
const ofToday = [content(), newPolicyContent(), givenBack];
const ofPolicy = [v1Edit, v1Creation, ...ofToday.map(ofFormat2)] as readonly ChangeContent[];
const titled = (whole: ChangeContent) =>
  [whole.identity?.title ?? `${whole.intent ?? 'deny'}, ${editOf(whole).kind}`, whole] as const;
const earlier = [
  ...ofPolicy.map((whole) => [`format ${whole.format}, ${titled(whole)[0]}`, whole] as const),
  ...ofAccount.map(ofFormat2).map(titled),
];
const others = fc.oneof(
  fc.constantFrom(undefined, null, '', '{}', 'attached', [], {}, 1, 2, true),
  fc.string(),
  fc.integer(),
);

/** Whether a content is refused, or cannot be read at all. */
function isCaught(altered: ChangeContent): boolean {
  try {
    return digestMismatch(altered) !== null;
  } catch {
    return true;
  }
}

test.each([...ofToday, ...ofAccount].map(titled))(
  'whatever single field of a stored change is altered, the change is refused: %s',
  (_, whole) => {
    const stored = JSON.stringify(whole);
    expect(digestMismatch(JSON.parse(stored))).toBeNull();
    for (const path of pathsOf(whole)) {
      expect([path, isCaught(withOther(whole, path, undefined) as ChangeContent)]).toEqual([path, true]);
      expect([path, isCaught(withOther(whole, path, 'other') as ChangeContent)]).toEqual([path, true]);
    }
    expect(isCaught({ ...whole, more: 'a field that nobody knows' } as ChangeContent)).toBe(true);
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(whole)), others, (path, other) => {
        const altered = withOther(whole, path, other) as ChangeContent;
        expect(isCaught(altered)).toBe(JSON.stringify(altered) !== stored);
      }),
      { numRuns: process.env.LONG ? 10_000 : 100 },
    );
  },
);

test('two reviews that would do the same give what they draft the same digest', () => {
  const again = content({ asOf: start, reviewId: 'rev-2' });
  expect(again.digest).toBe(content().digest);
  expect(again.wholeDigest).not.toBe(content().wholeDigest);
});

describe('whatever single field of a change is altered that was stored without a digest of the whole', () => {
  test.each(earlier)(
    'its digest says so, or nothing that is shown, proved or written differs: %s',
    (_, whole) => {
      const effect = JSON.stringify(effectOf(whole));
      expect(effect).not.toBe('null');
      // The formula of version 1 left the list of services out: the texts name them.
      const free = whole.format === 1 ? ['digest', 'services'] : ['digest'];
      const paths = pathsOf(whole).filter((path) => !free.includes(String(path[0])));
      let caught = 0;
      const alter = (path: Path, other: unknown): void => {
        const altered = withOther(whole, path, other) as ChangeContent;
        if (isCaught(altered)) caught += 1;
        // What cannot be read is neither shown nor written.
        else
          expect([path, [effect, 'null']]).toEqual([
            path,
            expect.arrayContaining([JSON.stringify(effectOf(altered))]),
          ]);
      };
      for (const path of paths) for (const other of [undefined, 'other']) alter(path, other);
      expect(caught).toBeGreaterThan(paths.length / 2);
      fc.assert(fc.property(fc.constantFrom(...paths), others, alter), {
        numRuns: process.env.LONG ? 10_000 : 100,
      });
    },
  );
});
