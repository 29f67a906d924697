import { wireReview } from '../adapters/wire.ts';
import { buildTree } from '../core/organization/organization.ts';
import type { Scenario, ScenarioChild, ScenarioPolicy } from '../sandbox/scenario.ts';
import { below, type FigureOptions, type Row } from './figure.ts';
import { withSandbox } from './sandboxed.ts';

const jobSeconds = [1, 3] as const;

/** Time that passes between the end of one report job and the start of the next, by the sandbox's own times of both. */
export async function measureLostTime({ quick }: FigureOptions): Promise<readonly Row[]> {
  const count = quick ? 3 : 10;
  return withSandbox({ scenario: scenarioOf(count), jobSeconds }, async () => {
    const { organization, reports } = wireReview();
    const tree = buildTree(await organization.readTree());
    const units = [...tree.entities.values()].filter(({ type }) => type === 'ou');
    let working = 0;
    let lost = 0;
    let endedAt: number | null = null;
    for (const unit of units) {
      const report = await reports.report(unit);
      if (report.status !== 'completed') throw new Error(`${unit.id}: ${report.failure.message}`);
      working += report.completedAt - report.createdAt;
      if (endedAt !== null) lost += report.createdAt - endedAt;
      endedAt = report.completedAt;
    }
    // The first job waits for nobody, so there is one gap less than there are jobs.
    const perGap = lost / (units.length - 1);
    return [
      below(5, {
        name: 'time lost between report jobs',
        value: (100 * perGap) / (working / units.length),
        unit: '%',
        against:
          `the time that ${units.length} jobs of ${jobSeconds.join(' to ')} s worked: from the end of a job to the start of the next, ` +
          'by the times of creation and completion that the reports state; nothing would be lost by who knew when a job ends',
      }),
    ];
  });
}

/** OUs that may use from few to all services, so that their jobs last differently. */
function scenarioOf(units: number): Scenario {
  const idOf = (index: number): string => `ou-ex01-unit${String(index).padStart(4, '0')}`;
  const children = Array.from({ length: units }, (_, index): ScenarioChild => {
    const account = String(200_000_000_000 + index);
    return {
      ou: idOf(index),
      name: `Unit${index}`,
      children: [{ account, name: `account-${index}`, joined: '2023-01-05' }],
    };
  });
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const policies = children.map((_, index): ScenarioPolicy => {
    const denied = [...letters].filter((_, letter) => (letter * 7 + index * 11) % units < index);
    const Statement = [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      ...(denied.length > 0
        ? [{ Effect: 'Deny', Action: denied.map((letter) => `${letter}*:*`), Resource: '*' }]
        : []),
    ];
    return {
      id: `p-shorter${String(index).padStart(4, '0')}`,
      name: `Shorter${index}`,
      content: { Version: '2012-10-17', Statement },
      targets: [idOf(index)],
    };
  });
  return {
    organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
    root: {
      id: 'r-ex01',
      children: [...children, { account: '111111111111', name: 'management', joined: '2020-01-05' }],
    },
    policies,
  };
}
