import { nameWithId, shownName } from '../../core/organization/organization.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { groupFindings, groupRefusals } from '../../web/report/grouping.ts';
import { type AccountNames, type Names, namesOf } from '../../web/report/names.ts';
import { presentable } from '../../web/report/presentable.ts';
import {
  cutOffOf,
  dayOf,
  evidenceWords,
  metricsWords,
  minuteOf,
  planWords,
  statusWords,
  typeWords,
} from '../../web/report/words.ts';
import { renderChange } from './changes.ts';
import { renderEntityFindings } from './findings.ts';
import { renderMatrix } from './matrix.ts';
import { renderRefusals } from './refusals.ts';
import { atLeast, type Look, type Paint, padded, paintOf, paragraph, section } from './text.ts';

const narrowest = 60;

/** A review for a terminal, ending in a line break: one screen that sums it up, findings by entity, proposed changes, refusals, what it cost. `accountNames` adds names to account ids; a summary is the first screen alone. */
export function renderReview(
  result: ReviewResult,
  options: Look & { readonly accountNames?: AccountNames; readonly summary?: boolean },
): string {
  const shown = presentable(result);
  const names = namesOf(shown, options.accountNames);
  const look = atLeast(narrowest, options);
  const paint = paintOf(look.colour);
  const matrix = renderMatrix(shown, look, paint);
  const blocks = [
    summary(shown, look, paint),
    ...(matrix.length === 0 ? [] : [matrix]),
    ...(options.summary ? [] : details(shown, names, look, paint)),
    paragraph(`${metricsWords(shown)} · review ${shown.reviewId}`, '', look.columns).map(paint.faint),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function details(
  shown: ReviewResult,
  names: Names,
  look: Look,
  paint: Paint,
): readonly (readonly string[])[] {
  return [
    ...findings(shown, names, look, paint),
    ...changes(shown, look, paint),
    ...refusals(shown, look, paint),
    ...unknown(shown, names, look, paint),
    ...idleSettings(shown, look, paint),
  ];
}

function summary(result: ReviewResult, look: Look, paint: Paint): readonly string[] {
  const { scope, thresholdDays } = result;
  const [plan, ...found] = planWords(result);
  const fact = (label: string, text: string): readonly string[] =>
    paragraph(text, padded(label, 12), look.columns);
  const leftOut =
    'the findings are left out, the result was too large: npx --no -- oar reviews show --whole reads them';
  return [
    ...paragraph(`Access review of ${shownName(scope)}`, '', look.columns).map(paint.heading),
    ...fact('scope', `${typeWords[scope.type]} ${scope.id} in organization ${result.organizationId}`),
    ...fact(
      'as of',
      `${minuteOf(result.asOf)}; unused means not for more than ${thresholdDays} days (since ${dayOf(cutOffOf(result))})`,
    ),
    ...fact('status', statusWords(result)).map(result.status === 'completed' ? (line) => line : paint.care),
    '',
    ...paragraph(plan, '', look.columns).map(paint.heading),
    ...found.filter((text) => text !== '').flatMap((text) => paragraph(text, '', look.columns)),
    ...(result.truncated ? paragraph(leftOut, '', look.columns).map(paint.care) : []),
  ];
}

function findings(
  result: ReviewResult,
  names: Names,
  look: Look,
  paint: Paint,
): readonly (readonly string[])[] {
  const groups = groupFindings(result, names);
  const title = section('Findings', look, paint);
  if (groups.length === 0) return [[title, '', 'No unused service was found.']];
  return groups.map((group, index) => [
    ...(index === 0 ? [title, ''] : []),
    ...renderEntityFindings(group, names, result.thresholdDays, look, paint),
  ]);
}

function changes(result: ReviewResult, look: Look, paint: Paint): readonly (readonly string[])[] {
  return result.changes.map((change, index) => [
    ...(index === 0 ? [section('Proposed changes', look, paint), ''] : []),
    ...renderChange(change, look, paint),
  ]);
}

function refusals(result: ReviewResult, look: Look, paint: Paint): readonly (readonly string[])[] {
  if (result.refusals.length === 0) return [];
  const lines = renderRefusals(groupRefusals(result.refusals), look, paint);
  return [[section('Not proposed', look, paint), '', ...lines]];
}

function unknown(
  result: ReviewResult,
  names: Names,
  look: Look,
  paint: Paint,
): readonly (readonly string[])[] {
  const entities = result.entities.filter(({ report }) => 'failed' in report || 'pending' in report);
  if (entities.length === 0) return [];
  const lines = entities.flatMap((entity) =>
    paragraph(`${nameWithId(entity)}: ${evidenceWords(entity, names)}`, '- ', look.columns),
  );
  return [[section('Unknown', look, paint), '', ...lines.map(paint.care)]];
}

function idleSettings(
  { warnings = [] }: ReviewResult,
  look: Look,
  paint: Paint,
): readonly (readonly string[])[] {
  if (warnings.length === 0) return [];
  const lines = warnings.flatMap(({ detail, key }) => paragraph(`${key}: ${detail}`, '- ', look.columns));
  return [[section('Settings without effect', look, paint), '', ...lines.map(paint.care)]];
}
