import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { review } from '../../core/review/review.ts';
import { nextReports } from '../support/next-reports.ts';
import {
  type Children,
  type PolicySketch,
  policiesOf,
  type ReportSketch,
  reportOf,
  treeOf,
} from '../support/organization-builder.ts';
import { reviewOf } from '../support/small-world.ts';

interface Case {
  readonly name: string;
  readonly organization: Children;
  readonly policies?: readonly PolicySketch[];
  readonly reports: Readonly<Record<string, ReportSketch>>;
  readonly settings?: object;
  readonly scope?: string;
  /** Regions that accounts may use. */
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  /** `SCP @ targets: services; evidence of each` */
  readonly changes: readonly string[];
  /** `CODE entity services place` */
  readonly refusals: readonly string[];
  /** Entities whose report is needed next. */
  readonly asks?: readonly string[];
  /** Risk flags of the first change. */
  readonly flags?: readonly string[];
}

const file = join(import.meta.dirname, '../cases/place/below-the-root.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

describe('findings that are drafted at the entities below theirs', () => {
  test.each(cases)('$name', (given) => {
    const tree = treeOf(given.organization);
    const { facts, request } = reviewOf(tree, {
      policies: policiesOf(tree, given.policies),
      reports: Object.entries(given.reports).map(([id, sketch]) => reportOf(tree, id, sketch)),
      settings: given.settings ?? {},
      ...(given.regions
        ? { regions: new Map(Object.entries(given.regions).map(([id, regions]) => [id, { regions }])) }
        : {}),
      request: { scopeId: given.scope ?? 'root' },
    });
    expect(nextReports(facts, request)).toEqual(given.asks ?? []);
    const decision = review(facts, request);
    const changes = decision.changes.map((change) => {
      const { evidence, services, targets } = change;
      const { policyName } = editOf(change);
      const figures = evidence.map((entry) => {
        const by = entry.lastAccessedAccount === null ? '' : ` by ${entry.lastAccessedAccount.id}`;
        const days = entry.daysUnused === null ? '' : ` ${entry.daysUnused}`;
        return `${entry.kind}${days}${by} at ${entry.entityName}, ${entry.accountsEverUsed ?? '?'} of ${entry.accounts}`;
      });
      const places = targets.map(({ id }) => id).join('+');
      return `${policyName} @ ${places}: ${services.join(', ')}; ${figures.join('; ')}`;
    });
    expect(changes.sort()).toEqual([...given.changes].sort());
    const refusals = decision.refusals.map(({ code, detail, entityId, services = [] }) => {
      const place = /^At ([\w-]+) /.exec(detail)?.[1];
      return `${code} ${entityId} ${services.join('+')}${place ? ` at ${place}` : ''}`;
    });
    expect(refusals.sort()).toEqual([...given.refusals].sort());
    if (given.flags)
      expect(decision.changes[0]?.risk.flags.filter((flag) => !flag.startsWith('NOT_PROVEN'))).toEqual(
        given.flags,
      );
  });
});
