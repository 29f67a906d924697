import { counted, grouped } from '../../core/base/counted.ts';
import { isoDay } from '../../core/base/iso-time.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { gapsOf } from '../../core/replay/gaps.ts';
import type { BlockedCalls } from '../../core/replay/replay.ts';
import type { TrailReplay } from '../../flow/replay-trail.ts';
import { renderColumns } from './columns.ts';
import { type Look, paintOf, paragraph } from './text.ts';

const columns = [
  { title: 'principal', flexible: true },
  { title: 'account', flexible: true },
  { title: 'action', flexible: true },
  { title: 'calls', align: 'right' },
  { title: 'last' },
  { title: 'would be', flexible: true },
] as const;
/** So many lines are shown; JSON has all that are kept. */
const mostShown = 200;

const leftOutWords: Readonly<Record<keyof TrailReplay['leftOut'], string>> = {
  failed: 'that AWS refused for want of permission anyway',
  'of-aws': 'by AWS services for themselves',
  'service-linked': 'by service-linked roles',
  'other-account': 'by accounts that the SCP does not bind: not below its targets, or the management account',
  'of-no-account': 'by nobody of an account',
  'no-call': 'no calls: sign-ins and events of services',
  'other-time': 'outside of these days',
  twice: 'recorded twice',
  unreadable: 'not what CloudTrail writes',
};

/** Why the answer is not whole, with the files that could not be read. */
export function unknownOf(answer: TrailReplay): readonly string[] {
  const named = answer.broken.slice(0, 5).map(({ failure, name }) => `${name} ${failure}`);
  return [
    ...(answer.brokenFiles > 0
      ? [`${answer.brokenFiles} of ${answer.files} files could not be read: ${named.join('; ')}`]
      : []),
    ...gapsOf(answer),
  ];
}

/** What an SCP would have blocked, with what that answer covers. `what` names it and its targets. */
export function renderReplay(answer: TrailReplay, what: string, look: Look): string {
  const { blocked, calls, coverage } = answer;
  const paint = paintOf(look.colour);
  const say = (text: string, lead = ''): readonly string[] =>
    paragraph(visibleText(text), lead, look.columns);
  const hit = calls.denied + calls.perhaps;
  const head =
    hit === 0
      ? 'Nothing that was seen would have been denied.'
      : `${counted(calls.denied, 'call')} would have been denied${calls.perhaps > 0 ? `, and ${grouped(calls.perhaps)} perhaps: that hangs on what a record does not tell` : ''}.`;
  const judged = calls.all - calls.notSeen;
  const share = calls.all === 0 ? '' : ` (${((judged / calls.all) * 100).toFixed(1)} %)`;
  const more = blocked.length - mostShown;
  const left = Object.entries(leftOutWords).flatMap(([key, words]) => {
    const count = answer.leftOut[key as keyof TrailReplay['leftOut']];
    return count > 0 ? [`${grouped(count)} ${words}`] : [];
  });
  const lines = [
    ...paragraph(`What would this have blocked? ${visibleText(what)}`, '', look.columns).map(paint.heading),
    ...say(head),
    ...(blocked.length === 0 ? [] : ['', ...tableOf(blocked.slice(0, mostShown), look)]),
    ...(more > 0 ? [`and ${grouped(more)} more lines: --format json has them`] : []),
    ...(calls.inNoLine > 0 ? [`${grouped(calls.inNoLine)} of these calls are in no line`] : []),
    '',
    ...say(
      `${isoDay(answer.from)} to ${isoDay(answer.to)}: ${counted(answer.files, 'file')}, ${counted(coverage.records, 'record')}; ` +
        `${coverage.accounts - coverage.accountsWithoutRecord.length} of ${counted(coverage.accounts, 'account')}, ` +
        `${counted(coverage.regions.length, 'Region')}, ${coverage.days - coverage.daysWithoutRecord} of ${counted(coverage.days, 'day')} have records`,
      'covers: ',
    ),
    ...say(
      `${grouped(judged)} of ${counted(calls.all, 'call')}${share}; ${counted(calls.dataEvents, 'data event')}, which a trail holds only where it is told to`,
      'judged: ',
    ),
    ...(left.length > 0 ? say(`${left.join('; ')}`, 'not counted: ') : []),
    ...unknownOf(answer).flatMap((why) => say(why, 'not known: ').map(paint.care)),
  ];
  return `${lines.join('\n')}\n`;
}

function tableOf(blocked: readonly BlockedCalls[], look: Look): readonly string[] {
  const rows = blocked.map(({ accountId, accountName, action, count, lastAt, principal, verdict, via }) =>
    [
      `${shortOf(principal, accountId)}${via.length > 0 ? ` by way of ${via.join(', ')}` : ''}`,
      `${accountName} (${accountId})`,
      action,
      grouped(count),
      isoDay(lastAt),
      verdict === 'denied' ? 'denied' : 'perhaps denied',
    ].map(visibleText),
  );
  return renderColumns(columns, rows, look.columns, {
    title: paintOf(look.colour).faint,
    cell: (text) => text,
  });
}

/** The account stands in its own column. */
function shortOf(principal: string, accountId: string): string {
  const [, resource] = principal.split(`::${accountId}:`);
  return resource ?? principal;
}
