import { html, raw } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { escaped } from '../components/lean.ts';
import type { Markup } from '../components/markup.ts';
import { type HeatCell, type HeatRow, heatMapOf } from './heat-map.ts';
import { trackedDays } from './words.ts';

const cell = 16;
const labels = 250;
const mostLabel = 34;
const mostName = 20;
const headHeight = 128;

/** The services by the entities that say something of their own, as a drawing: what is unused where, for how long, and what the plan denies. */
export function heatMapSection(result: ReviewResult): Markup | null {
  const { entities, rows } = heatMapOf(result);
  // Of one entity the lists below say it better.
  if (rows.length === 0 || entities.length < 2) return null;
  const width = labels + entities.length * cell + 60;
  const height = headHeight + rows.length * cell + 4;
  const heads = entities.map((entity, index) => {
    const x = labels + index * cell + cell / 2 + 4;
    return `<text transform="translate(${x} ${headHeight - 6}) rotate(-55)">${escaped(cut(shownName(entity), mostName))}</text>`;
  });
  const lines = rows.map((row, index) => drawnRow(row, headHeight + index * cell));
  const label = `${counted(rows.length, 'group')} of services by ${counted(entities.length, 'entity', 'entities')}; the sections below say the same in words`;
  return html`<section aria-labelledby="heat-map">
<h2 id="heat-map">Services by OU</h2>
<p class="note">A column for each entity with findings of its own or a change; what lies below stands as it does. Services that stand alike share a line. Unused services of an entity above are shown in every column below it.</p>
${legend()}
<div class="heat" role="region" tabindex="0" aria-label="Heat map"><svg role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${raw([...heads, ...lines].join(''))}</svg></div>
</section>`;
}

function legend(): Markup {
  const samples: readonly (readonly [HeatCell, string])[] = [
    [{ state: 'lapsed', isProposed: false, days: 200 }, 'lapsed: the higher, the longer unused'],
    [{ state: 'never used', isProposed: false, days: 0 }, `never used in ${trackedDays} days`],
    [{ state: 'never used', isProposed: true, days: 0 }, 'with a stroke: the plan denies it'],
    [{ state: 'kept', isProposed: false, days: 0 }, 'protected, exempt or held'],
    [{ state: 'unknown', isProposed: false, days: 0 }, 'unknown'],
    [{ state: 'not found', isProposed: false, days: 0 }, 'in use, denied already or not reported'],
  ];
  return html`<ul class="heat-legend">${samples.map(([sample, words]) => html`<li><svg aria-hidden="true" width="${cell}" height="${cell}">${raw(marksOf([sample], 0, 0))}</svg> ${words}</li>`)}</ul>`;
}

function drawnRow({ cells, services }: HeatRow, y: number): string {
  const [first] = services;
  const names = services.map(({ namespace }) => namespace);
  const text =
    services.length === 1
      ? cut(`${first?.name ?? ''}`, mostLabel)
      : `${cut(names.join(', '), mostLabel - 6)} (${services.length})`;
  return `<g><title>${escaped(names.join(', '))}</title><text x="${labels - 8}" y="${y + 12}" text-anchor="end">${escaped(text)}</text>${marksOf(cells, labels, y)}</g>`;
}

/** One path for each kind of mark, so that a row of five hundred entities stays small. */
function marksOf(cells: readonly HeatCell[], left: number, y: number): string {
  const frame = cells.map((_, index) => square(left + index * cell, y, cell - 2)).join('');
  const path = (name: string, draw: (one: HeatCell, x: number) => string): string => {
    const d = cells.map((one, index) => draw(one, left + index * cell)).join('');
    return d === '' ? '' : `<path class="${name}" d="${d}"/>`;
  };
  return [
    `<path class="frame" d="${frame}"/>`,
    path('never', ({ state }, x) => (state === 'never used' ? square(x + 2, y + 2, cell - 6) : '')),
    path('lapsed', ({ days, state }, x) => (state === 'lapsed' ? bar(x + 2, y + cell - 4, days) : '')),
    path('kept', ({ state }, x) => (state === 'kept' ? `M${x + 3} ${y + 7}h8` : '')),
    path('unknown', ({ state }, x) => (state === 'unknown' ? `M${x + 4} ${y + 4}l6 6m0-6l-6 6` : '')),
    path('denied', ({ isProposed }, x) => (isProposed ? `M${x + 1} ${y + 13}l12-12` : '')),
  ].join('');
}

function square(x: number, y: number, side: number): string {
  return `M${x} ${y}h${side}v${side}h-${side}z`;
}

function bar(x: number, bottom: number, days: number): string {
  const height = Math.max(3, Math.round((Math.min(days, trackedDays) / trackedDays) * (cell - 6)));
  return `M${x} ${bottom}h${cell - 6}v-${height}h-${cell - 6}z`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
