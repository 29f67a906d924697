import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { badge, named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { riskTone } from '../components/risk-tone.ts';
import { table } from '../components/table.ts';
import { type MatrixRow, matrixOf, saysMore } from './matrix.ts';

/** A line for each entity that has findings of its own or a change, with links to both; the others are counted. */
export function matrixSection(result: ReviewResult): Markup | null {
  const rows = matrixOf(result);
  const shown = rows.filter(saysMore);
  if (shown.length === 0) return null;
  return html`<section aria-labelledby="overview">
<h2 id="overview">Overview</h2>
${table(
  'Each service counts at the highest entity where nobody used it; "from above" are the findings of the entities above, which hold here too.',
  [
    { title: 'Entity' },
    { title: 'Accounts', numeric: true },
    { title: 'Lapsed', numeric: true },
    { title: 'Never used', numeric: true },
    { title: 'From above', numeric: true },
    { title: 'Proposed', numeric: true },
    { title: 'Changes' },
    { title: 'Risk' },
  ],
  shown.map(cellsOf),
)}
${leftOut(rows)}
</section>`;
}

function cellsOf({ above, changes, entity, evidence, own, risk }: MatrixRow): readonly Content[] {
  const { found, kinds, outcomes } = own;
  const name = named(shownName(entity));
  return [
    found === 0 ? name : html`<a href="#at-${entity.id}">${name}</a>`,
    figure(entity.accounts),
    evidence === 'unknown' ? 'unknown' : figure(kinds.lapsed),
    evidence === 'unknown' ? 'unknown' : figure(kinds['never-used']),
    figure(above.lapsed + above.neverUsed),
    figure(outcomes.proposed),
    html`${changes.map(({ id, policyName }, index) => html`${index > 0 ? ', ' : ''}<a href="#${id}">${named(policyName)}</a>`)}`,
    risk === null ? '' : badge(risk, riskTone(risk, { isProven: false })),
  ];
}

function leftOut(rows: readonly MatrixRow[]): Content {
  const others = rows.filter((row) => !saysMore(row) && row.evidence === 'known').length;
  const notJudged = rows.filter(({ evidence }) => evidence === 'not judged');
  return [
    others === 0
      ? null
      : html`<p class="note">${counted(others, 'more entity has', 'more entities have')} only the findings from above.</p>`,
    notJudged.length === 0
      ? null
      : html`<p class="note">Not judged, without an active account: ${notJudged.map(({ entity }, index) => html`${index > 0 ? ', ' : ''}${named(shownName(entity))}`)}.</p>`,
  ];
}

function figure(count: number): string {
  return grouped(count);
}
