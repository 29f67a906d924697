import { wireReview } from '../adapters/wire.ts';
import { counted } from '../core/base/counted.ts';
import { isoDay } from '../core/base/iso-time.ts';
import { accessReportLimits } from '../core/base/limits.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import type { LostByMove } from '../core/review/check-move.ts';
import { lookAtMove, type MoveAnswer } from '../flow/check-move.ts';
import { BadArguments, oneOf, readOptions } from './arguments.ts';
import type { Command, Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { renderColumns } from './render/columns.ts';
import { renderJson } from './render/json.ts';
import { type Look, paintOf, paragraph } from './render/text.ts';

const help = `Before an account is moved: which services that it uses would the SCPs of its new place deny? Reads only, and makes one access report.

  oar check-move ACCOUNT --to OU [options]

  ACCOUNT              the account, by its id, name or path of names
  --to OU              the root or OU that it would be moved to, likewise
  --days N             use of the last N days counts (default: as configured)
  --config FILE        the configuration (default: reviewer.config.json)
  --format table|json

SCPs that are attached to the account itself go with it. Exit codes: 0 nothing in use would be denied; 3 something would;
1 not known, or refused by AWS; 2 bad arguments.
`;

const formats = ['table', 'json'] as const;
const words: Readonly<Record<LostByMove['how'], string>> = {
  denied: 'denied',
  'all-but-some': 'denied to all but some principals',
  'in-part': 'denied in part, or under a condition',
};
const strengths = ['denied', 'all-but-some', 'in-part'] as const satisfies readonly LostByMove['how'][];
const columns = [
  { title: 'service', flexible: true },
  { title: 'last attempted' },
  { title: 'there', flexible: true },
  { title: 'because', flexible: true },
] as const;

/** `oar check-move`: what an account would lose of the services that it uses. */
export const checkMoveCommand: Command = {
  summary: 'before an account is moved: which services in use the SCPs of its new place deny',
  help,
  run: async ([account = '', ...others], terminal) => {
    const given = readOptions(others, {
      to: { type: 'string' },
      days: { type: 'string' },
      config: { type: 'string' },
      format: { type: 'string' },
    });
    if (account === '' || account.startsWith('--') || given.to === undefined)
      throw new BadArguments(
        'check-move: give an account, and where it would go: oar check-move ACCOUNT --to OU',
      );
    const format = oneOf('--format', given.format ?? 'table', formats);
    const configuration = await configurationOf(given.config ?? null);
    const thresholdDays = daysOf(given.days) ?? configuration.thresholdDays;
    const ports = wireReview({ busyMilliseconds: accessReportLimits.busyMilliseconds });
    const asksRegions = configuration.sources.regions;
    const answer = await lookAtMove(ports, { account, to: given.to, thresholdDays, asksRegions });
    if (format === 'json') terminal.write(renderJson(answer));
    else writeAnswer(answer, terminal);
    return answer.lost.length > 0 ? 3 : answer.unknown.length > 0 ? 1 : 0;
  },
};

function daysOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 399)
    throw new BadArguments('--days: give whole days from 1 to 399');
  return Number(text);
}

function writeAnswer(answer: MoveAnswer, { look, write }: Terminal): void {
  const { account, lost, thresholdDays, to, unknown } = answer;
  const whole =
    unknown.length === 0
      ? `Nothing that ${account.name} used in the last ${thresholdDays} days would be denied in ${to.name} by SCPs.`
      : `Whether ${account.name} would lose something in ${to.name} is not known.`;
  const head =
    lost.length === 0
      ? whole
      : `In ${to.name}, SCPs would deny services that ${account.name} used in the last ${thresholdDays} days: ${countsOf(lost)}:`;
  const lines = [
    ...paragraph(visibleText(head), '', look.columns),
    ...(lost.length === 0 ? [] : tableOf(lost, look)),
    ...unknown.flatMap((why) => paragraph(visibleText(why), 'not known: ', look.columns)),
    ...(answer.notAsked === null ? [] : paragraph(visibleText(answer.notAsked), 'not asked: ', look.columns)),
  ];
  write(`${lines.join('\n')}\n`);
}

/** What is denied whole, and what to some or in part, are not the same to whoever moves an account. */
function countsOf(lost: readonly LostByMove[]): string {
  return strengths
    .map((strength) => [lost.filter(({ how }) => how === strength).length, words[strength]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${counted(count, 'service')} ${word}`)
    .join('; ');
}

function tableOf(lost: readonly LostByMove[], look: Look): readonly string[] {
  const strongestFirst = strengths.flatMap((strength) => lost.filter(({ how }) => how === strength));
  const rows = strongestFirst.map(({ because, how, lastAccessedAt, serviceName, serviceNamespace }) =>
    [`${serviceName} (${serviceNamespace})`, isoDay(lastAccessedAt), words[how], because.join('; ')].map(
      visibleText,
    ),
  );
  return renderColumns(columns, rows, look.columns, {
    title: paintOf(look.colour).faint,
    cell: (text) => text,
  });
}
