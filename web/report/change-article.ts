import { html } from 'hono/html';
import { capitalized, counted } from '../../core/base/counted.ts';
import { blockedWords, judgesWords, riskLines } from '../../core/message/words/risk-words.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { Certificate, CheckResult, Verdict } from '../../core/proof/verdict.ts';
import type { ChangeResult } from '../../core/review/review-result.ts';
import { badge, code, named, type Tone } from '../components/badge.ts';
import { policyDiff } from '../components/diff.ts';
import type { Markup } from '../components/markup.ts';
import { riskTone } from '../components/risk-tone.ts';
import { servicesList } from '../components/services.ts';
import { facts, table } from '../components/table.ts';
import { verdictWords } from './words.ts';

const verdictTones: Readonly<Record<Verdict, Tone>> = { ok: 'good', failed: 'bad', 'not-proven': 'care' };
/** So many changes of so many services are read at a glance; of more, texts and checks are folded. */
const fewChanges = 3;
const fewServices = 24;

/** AWS's names of services by namespace. */
export type ServiceNames = ReadonlyMap<string, string>;

/** The proposed changes, each an article. */
export function changesSection(changes: readonly ChangeResult[], serviceNames: ServiceNames): Markup {
  const shared = sharedChecks(changes);
  return html`<section aria-labelledby="changes">
<h2 id="changes">Proposed changes</h2>
${
  changes.length === 0
    ? html`<p>No change is proposed.</p>`
    : html`<p class="note">Drafts. This review has changed nothing; every change waits for a person's decision.</p>`
}
${
  shared.length === 0
    ? null
    : html`<h3>What was checked alike for all ${changes.length} changes</h3>
${certificateTable(shared)}`
}
${changes.map((change) => changeArticle(change, serviceNames, shared, changes.length <= fewChanges))}
</section>`;
}

/** The checks that came out to the letter alike for all of several changes: they are shown once. */
function sharedChecks([first, ...others]: readonly ChangeResult[]): readonly CheckResult[] {
  if (first === undefined || others.length === 0) return [];
  return first.certificate.checks.filter((check) =>
    others.every(({ certificate }) => certificate.checks.some((other) => isSame(check, other))),
  );
}

function isSame(one: CheckResult, other: CheckResult): boolean {
  return one.name === other.name && one.verdict === other.verdict && one.detail === other.detail;
}

/** One proposed change: what, why this SCP, the difference, the proof, the risk. */
function changeArticle(
  change: ChangeResult,
  serviceNames: ServiceNames,
  shared: readonly CheckResult[],
  isFew: boolean,
): Markup {
  const checks = change.certificate.checks.filter((check) => !shared.some((one) => isSame(one, check)));
  const { id, services, policyName, policyId } = change;
  const blocked = blockedWords(change.certificate);
  const isOpen = isFew && services.length <= fewServices ? html` open` : null;
  return html`<article aria-labelledby="${id}">
<h3 id="${id}">Deny ${counted(services.length, 'service')} in ${policyId === null ? 'a new SCP' : 'the SCP'} ${named(policyName)}</h3>
${articleBadges(change)}
${facts([
  ['Change', html`${code(id)}, revision ${change.revision}`],
  ['SCP', policyId === null ? 'does not exist yet' : code(policyId)],
  ['Who is affected', `${counted(change.accounts, 'account')}; accounts that join later inherit it`],
  ['Attached to', targets(change)],
])}
<h4>What would be denied</h4>
${servicesList(services.map((service) => [service, serviceNames.get(service) ?? null]))}
${blocked === null ? null : html`<h4>What would this have blocked?</h4><p>${capitalized(blocked)}.</p>`}
<details${isOpen}><summary>Why this SCP</summary>
<ul class="plain">${change.choice.map((line) => html`<li>${line}</li>`)}</ul></details>
<details${isOpen}><summary>Policy text, before and after</summary>
${policyDiff(`the SCP ${policyName}`, change.before, change.after)}</details>
${certificateFold(shared.length === 0 ? 'Certificate' : 'Certificate: the checks of this change alone', checks, isOpen !== null)}
<h4>Risk: ${change.risk.level}</h4>
${
  change.risk.flags.length === 0
    ? html`<p>Nothing stands out.</p>`
    : html`<p>${riskLines(change.risk)
        .map((line) => `${capitalized(line)}.`)
        .join(' ')}</p>`
}
<p>${judgesWords(change.certificate)}</p>
<details><summary>Digests</summary>
${facts([
  ['Digest of the change (SHA-256)', code(change.digest)],
  ['Digest of what it was drafted on', code(change.baseDigest)],
])}</details>
</article>`;
}

/** The risk of a change and how its certificate came out. */
export function articleBadges({ certificate, risk }: Pick<ChangeResult, 'certificate' | 'risk'>): Markup {
  const tone = riskTone(risk.level, { isProven: isProven(certificate) });
  return html`<p>${badge(`${risk.level} risk`, tone)} ${certificateBadge(certificate)}</p>`;
}

/** The checks of a change behind a line. */
export function certificateFold(title: string, checks: readonly CheckResult[], isOpen: boolean): Markup {
  return html`<details${isOpen ? html` open` : null}><summary>${title}</summary>
${certificateTable(checks)}</details>`;
}

const order: readonly Verdict[] = ['failed', 'not-proven', 'ok'];

/** The checks of a certificate with their verdicts in words, what is not proven first. */
export function certificateTable(checks: readonly CheckResult[]): Markup {
  const sorted = [...checks].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return table(
    'What was checked, and what was found.',
    [{ title: 'Check' }, { title: 'Verdict' }, { title: 'Explanation' }],
    sorted.map(({ name, verdict, detail }) => [
      capitalized(name.replaceAll('-', ' ')),
      badge(verdictWords[verdict], verdictTones[verdict]),
      detail,
    ]),
  );
}

function isProven({ checks }: Certificate): boolean {
  return checks.every(({ verdict }) => verdict === 'ok');
}

/** How a certificate came out, in one badge. */
function certificateBadge({ checks }: Certificate): Markup {
  const count = (verdict: Verdict): number => checks.filter((check) => check.verdict === verdict).length;
  const failed = count('failed');
  if (failed > 0) return badge(`${counted(failed, 'check')} FAILED`, 'bad');
  const notProven = count('not-proven');
  const rest = notProven === 0 ? null : badge(`${notProven} not proven`, 'care');
  return html`${badge(`${count('ok')} checks ok`, 'good')} ${rest}`;
}

function targets({ targets: list }: ChangeResult): Markup {
  return html`${list.map((target, index) => html`${index > 0 ? ', ' : ''}${named(shownName(target))} ${code(target.id)}`)}`;
}
