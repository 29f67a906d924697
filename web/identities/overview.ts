import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import { shortArn } from '../../core/identity/step-words.ts';
import { weightOf } from '../../core/policy/service-weights.ts';
import { named } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { table } from '../components/table.ts';
import { isPrivileged, type SubjectFindings } from '../report/identity-grouping.ts';

const mostNamed = 6;

/** Who has what they never use, those with privileged services first; each row leads to its section. */
export function overviewSection(
  all: readonly SubjectFindings[],
  idOf: (given: SubjectFindings) => string,
): Markup {
  const withFindings = all.filter(({ open }) => open.length > 0);
  return html`<section aria-labelledby="overview">
<h2 id="overview">Who has what they never use</h2>
${
  withFindings.length === 0
    ? html`<p>Nobody: nothing unused is open for a decision.</p>`
    : table(
        'Those with the most privileged services first, then those with the most services.',
        [
          { title: 'Identity' },
          { title: 'Unused services', numeric: true },
          { title: 'In use', numeric: true },
          { title: 'Privileged and unused' },
        ],
        withFindings.map((given) => [
          html`<a href="#${idOf(given)}">${given.subject.type} ${named(given.subject.name)}</a>`,
          unusedOf(given),
          grouped(given.subject.inUse?.length ?? 0),
          privilegedCell(given),
        ]),
      )
}
</section>`;
}

/** An unused role has one finding for all that it may use; of a service in use single actions may be unused. */
function unusedOf({ open, subject: { report } }: SubjectFindings): string {
  const whole = open.filter(({ kind }) => kind !== 'unused-actions').length;
  const inPart = open.length > whole ? `, ${grouped(open.length - whole)} in part` : '';
  if (!('services' in report)) return `${grouped(whole)}${inPart}`;
  const unused = open.some(({ kind }) => kind === 'unused-role') ? report.services : whole;
  return `${grouped(unused)} of ${grouped(report.services)}${inPart}`;
}

function privilegedCell({ open }: SubjectFindings): Content {
  const privileged = open
    .filter(isPrivileged)
    .sort(
      (a, b) => (weightOf(b.serviceNamespace)?.weight ?? 0) - (weightOf(a.serviceNamespace)?.weight ?? 0),
    );
  if (privileged.length === 0) return 'none';
  const names = privileged.slice(0, mostNamed).map(({ serviceName, serviceNamespace }) => {
    return serviceNamespace ?? serviceName;
  });
  const more = privileged.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Per policy: to whom it is attached, who uses what of it, and how much of it nobody uses. Null where no policy was judged. */
export function policiesSection(all: readonly SubjectFindings[]): Markup | null {
  const policies = all.filter(({ subject }) => subject.type === 'policy');
  if (policies.length === 0) return null;
  return html`<section aria-labelledby="policies">
<h2 id="policies">Who uses which policy</h2>
${table(
  'Every customer-managed policy that is attached, by the reports that AWS makes of it.',
  [
    { title: 'Policy' },
    { title: 'Attached to' },
    { title: 'In use, and by whom' },
    { title: 'Unused services', numeric: true },
  ],
  policies.map((given) => [
    named(given.subject.name),
    bearersOf(given).join(', '),
    useCell(given),
    unusedOf(given),
  ]),
)}
</section>`;
}

function bearersOf({ findings, subject: { inUse = [] } }: SubjectFindings): readonly string[] {
  const grants = [...findings, ...inUse].flatMap((each) => each.grants);
  return [...new Set(grants.map(({ attachedTo: { name, type } }) => `${type} ${name}`))].sort();
}

function useCell({ subject: { inUse, report } }: SubjectFindings): Content {
  if ('notJudged' in report) return 'not judged';
  if ('failed' in report || inUse === undefined) return 'unknown: its report failed';
  if (inUse.length === 0) return 'nothing, by nobody';
  const line = ({ serviceNamespace, usedBy }: (typeof inUse)[number]): string => {
    const names = usedBy.slice(0, mostNamed).map(shortArn);
    const more = usedBy.length - names.length;
    const who =
      names.length === 0
        ? 'whom AWS does not say'
        : `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    return `${serviceNamespace} by ${who}`;
  };
  const list = html`<ul class="plain">${inUse.map((use) => html`<li>${line(use)}</li>`)}</ul>`;
  return inUse.length <= mostNamed
    ? list
    : html`<details><summary>${counted(inUse.length, 'service')}</summary>${list}</details>`;
}
