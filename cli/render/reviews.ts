import { counted } from '../../core/base/counted.ts';
import { minuteUtc } from '../../core/base/iso-time.ts';
import type { IamAnswer } from '../../core/message/events/iam-schemas.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { statusWords } from '../reviews-follow.ts';
import { renderColumns } from './columns.ts';
import { type Look, paintOf } from './text.ts';

type Listed = IamAnswer<'reviews'>['reviews'][number];
type Status = IamAnswer<'review-status'>;
type Progress = NonNullable<Status['progress']>;

const columns = [
  { title: 'review' },
  { title: 'judges' },
  { title: 'began' },
  { title: 'done', align: 'right' },
  { title: 'left', align: 'right' },
  { title: 'expected end' },
  { title: 'started by', flexible: true },
  { title: 'status' },
] as const;

/** The stored reviews that began last as a table, newest first. Of an ARN it has the end: whole it stands with the one review. */
export function renderReviews(reviews: readonly Listed[], { colour, columns: width }: Look): string {
  if (reviews.length === 0) return 'no stored review has begun yet\n';
  const rows = reviews.map(({ outcome, progress, reviewId, startedAt }) =>
    [
      ...[reviewId, judgedWords(progress, 'organization'), minuteUtc(Date.parse(startedAt))],
      ...[String(progress.reportsDone), outcome === null ? String(progress.reportsOpen) : ''],
      ...[
        outcome === null ? endWords(progress) : '',
        starterWords(progress).replace(/^arn(:[^:]*){4}:/, ''),
        listedStatus(outcome),
      ],
    ].map(visibleText),
  );
  const { faint } = paintOf(colour);
  const lines = renderColumns(columns, rows, width, { title: faint, cell: (text) => text });
  return `${lines.join('\n')}\n`;
}

/** One review: a line for each thing that is known. */
export function renderReviewStatus(id: string, answer: Status): string {
  const { outcome, progress, request, started } = answer;
  const words = statusWords(answer);
  const lines = [
    words.includes(id) ? words : `${id}: ${words}`,
    ...(request === null
      ? []
      : [`asked for by ${request.requestedBy} on ${minuteUtc(Date.parse(request.requestedAt))}`]),
    ...(started === null ? [] : [`began ${minuteUtc(Date.parse(started.at))}`]),
    ...(progress === null ? [] : progressLines(progress, outcome === null)),
  ];
  return `${lines.map(visibleText).join('\n')}\n`;
}

function progressLines(progress: Progress, runs: boolean): readonly string[] {
  const { counts, kind, reportsDone, reportsOpen } = progress;
  const left = runs ? `, left as far as is known: ${reportsOpen}` : '';
  return [
    `judges ${judgedWords(progress, 'the whole organization')}, started by ${starterWords(progress)}`,
    `${counts ?? (kind === undefined ? 'entities' : 'reports')} done: ${reportsDone}${left}`,
    ...(runs ? [`expected end: ${endWords(progress)}`] : []),
  ];
}

/** What a review judges; `whole` says the whole organization. */
function judgedWords({ counts, kind, scopeId }: Progress, whole: string): string {
  if (kind === undefined) return scopeId ?? whole;
  if (counts === undefined) return `IAM of ${scopeId}`;
  return scopeId === null ? 'IAM of all accounts' : `IAM below ${scopeId}`;
}

function endWords({ expectedEnd }: Progress): string {
  return expectedEnd === null ? 'not known yet' : minuteUtc(Date.parse(expectedEnd));
}

function starterWords({ startedBy }: Progress): string {
  switch (startedBy?.type) {
    case undefined:
      return 'not noted';
    case 'principal':
      return startedBy.arn ?? 'a signed request';
    case 'schedule':
      return 'the schedule';
    case 'stale':
      return 'a change found stale';
    case 'caller':
      return 'whoever ran it on one machine';
    case 'unknown':
      return 'an invocation of the function';
  }
}

function listedStatus(outcome: Listed['outcome']): string {
  if (outcome === null) return 'runs';
  return 'failed' in outcome
    ? 'failed'
    : `${outcome.status}, ${counted(outcome.openFindings, 'open finding')}, ${counted(outcome.changes ?? outcome.changeIds.length, 'change')}`;
}
