import { html } from 'hono/html';
import { grouped } from '../../core/base/counted.ts';
import { minuteUtc } from '../../core/base/iso-time.ts';
import type { StandingExemption } from '../../core/kinds/standing-exemption.ts';
import { type ChangeView, isOver } from '../../core/message/views/change-view.ts';
import { type FirstLook, firstLook } from '../../core/message/views/first-look.ts';
import { shortened, visibleText } from '../../core/message/words/visible-text.ts';
import { badge, code, named, type Tone } from '../components/badge.ts';
import type { Content, Markup } from '../components/markup.ts';
import { riskTone } from '../components/risk-tone.ts';
import { doubtsOf } from './change-checks.ts';
import type { ChangePage } from './page-model.ts';
import { recorded } from './request-back-page.ts';

const statusTones: Readonly<Partial<Record<ChangeView['status'], Tone>>> = {
  proposed: 'care',
  approved: 'good',
  applied: 'good',
  'apply-failed': 'bad',
  interrupted: 'bad',
};
/** A name that AWS allows may be longer than a line of a phone by far. */
const longestName = 60;
const longestLine = 300;
/** So many exemptions are named here; the program that asks gets all. */
const mostExemptions = 10;

/** What a person with two minutes and a phone must see before anything else: what, whether it may be believed, until when, who would miss it, and where to decide. */
export function firstScreen({ asked, form, reader, sent, view, whyOver }: ChangePage): Markup {
  const look = whyOver === null && !isOver(view.status) ? firstLook(view) : null;
  return html`<header class="first">
<p class="eyebrow">${view.told.noun} change ${code(view.id)} · revision ${view.revision}</p>
<h1>${visibleText(view.headline)}</h1>
<p class="badges">${badge(view.statusLabel, statusTones[view.status])}${whyOver === null ? html` ${badge(`${view.risk.level} risk`, riskTone(view.risk.level, { isProven: doubtsOf(view).length === 0 }))}` : null}</p>
${asked === null ? null : recorded(asked)}
${sent === null ? null : html`<p class="notice calm">${sent} This page can be read until its link ends, but nothing more can be sent from it. What can be done next comes by message.</p>`}
${look === null ? null : verdict(look)}
<p class="lead">${shortened(visibleText(whyOver === null ? view.statusSentence : view.briefSentence), 3_000)}</p>
${view.asker === null || whyOver !== null ? null : askedBy(view.asker)}
${look === null ? null : needed(view, look)}
${form === null ? null : ways(form.purpose === 'decide')}
${form === null ? null : html`<p class="reader">You act as <strong>${named(visibleText(reader.name))}</strong>. If that is not you, close the page and tell them.</p>`}
${form === null || reader.hint === null ? null : html`<p class="notice">${reader.hint}</p>`}
${view.whyRevised !== null && whyOver === null ? html`<p class="note">This is revision ${view.revision}: ${shortened(visibleText(view.whyRevised), 1_000)}.</p>` : null}
</header>`;
}

/** Who wants it and why, and whether anybody but he says who he is. */
function askedBy({ name, reason, verified }: NonNullable<ChangeView['asker']>): Markup {
  const who = html`<strong>${named(shortened(visibleText(name), longestLine))}</strong>`;
  const known = verified
    ? html`${who}, known by AWS credentials`
    : html`${who}, a name that somebody typed: <em>not verified</em>`;
  return html`<p class="notice${verified ? ' calm' : ''}">Asked by ${known}. Reason: ${shortened(visibleText(reason), longestLine)}</p>`;
}

function verdict({ proof, risk, unused }: FirstLook): Markup {
  return html`<p class="verdict">${unused}</p>
<p class="verdict">${shortened(visibleText(risk), longestLine)} <a href="#proof">${proof}</a>.</p>`;
}

function needed(view: ChangeView, look: FirstLook): Markup {
  const facts: readonly (readonly [string, Content])[] = [
    [view.told.nameOfServices, servicesOf(look)],
    ['People see', `${shortened(visibleText(view.told.sees), longestLine)}.`],
    ['Last use', html`<bdi>${shortened(visibleText(look.lastUse), longestLine)}</bdi>`],
    ['Get it back', view.getBack],
    ...(view.deniedCalls === null ? [] : [['Denied calls', view.deniedCalls] as const]),
    ...view.exemptions
      .slice(0, mostExemptions)
      .map((each) => ['Exempt', shortened(visibleText(exemptionWords(each)), longestLine)] as const),
  ];
  return html`<dl class="needed">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function servicesOf({ more, named: services }: FirstLook): Content {
  return html`${services.map(({ name }, index) => html`${index > 0 ? ', ' : ''}<strong>${shortened(visibleText(name), longestName)}</strong>`)}${more > 0 ? html` <a class="nowrap" href="#evidence">+ ${grouped(more)} more</a>` : null}`;
}

/** Links, not buttons: nothing is chosen before the person chooses it in the form. */
function ways(isOpen: boolean): Markup {
  if (!isOpen) return html`<p class="ways"><a href="#act">Go to the form</a></p>`;
  return html`<nav class="ways" aria-label="Your decision"><a href="#decision-approve">Approve</a> <a href="#decision-reject">Not now</a></nav>`;
}

/** Who is exempt from what until when, as a sentence. */
function exemptionWords({ changeId, endsAt, principal, service }: StandingExemption): string {
  return `${principal} may use ${service} until ${minuteUtc(endsAt)} (${changeId}); after that, until a change takes the exemption out.`;
}
