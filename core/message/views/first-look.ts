import { capitalized, counted, grouped } from '../../base/counted.ts';
import { isoDay } from '../../base/iso-time.ts';
import type { ServiceEvidence } from '../../change/content/change.ts';
import { type IdentityEvidence, keptInPart, lastUserIn } from '../../change/content/identity-part.ts';
import { shortArn } from '../../identity/step-words.ts';
import { byLoss } from '../../policy/service-losses.ts';
import { notProvenNames } from '../words/risk-words.ts';
import type { ChangeView } from './change-view.ts';

/** A service of a change, or an action that goes alone, as people are told of it. */
export interface NamedService {
  /** Null for an unused role and for a single action, which are no services. */
  readonly namespace: string | null;
  readonly name: string;
}

/** The services of a change by how their use ended, each list the most important first. */
interface ServiceGroups {
  readonly lapsed: readonly NamedService[];
  readonly neverUsed: readonly NamedService[];
  /** Not used since the cut-off, an earlier use not known; or without evidence of their own. */
  readonly others: readonly NamedService[];
}

/** What somebody must know who has two minutes. Texts may hold names from AWS as they are there. */
export interface FirstLook {
  /** The most important services, those that were used before first. */
  readonly named: readonly NamedService[];
  /** How many more there are. */
  readonly more: number;
  /** Why nobody should miss them. */
  readonly unused: string;
  /** The risk and why it is what it is. */
  readonly risk: string;
  /** How many checks passed, or which did not: a sentence without its end. */
  readonly proof: string;
  /** When the last use was, and by whom as far as AWS says. */
  readonly lastUse: string;
}

/** So many services are named at a first look. */
const mostNamed = 5;

/** The services of a change in the order in which a person should look at them. */
function serviceGroups({ lapsed, neverUsed, notSince, services, told }: ChangeView): ServiceGroups {
  const entries = told.identities?.evidence.filter(({ kind }) => kind !== 'unused-actions') ?? [];
  const before = entries.filter(({ lastAccessedAt }) => lastAccessedAt !== null);
  const never = entries.filter(({ lastAccessedAt }) => lastAccessedAt === null);
  const seen = new Set<string>();
  const inPart = keptInPart(told.identities?.effects ?? []);
  const nameOf = (namespace: string | null, name: string): string =>
    namespace !== null && inPart.has(namespace) ? `${name} (in part)` : name;
  const group = (some: readonly { serviceNamespace: string | null; serviceName: string }[]) =>
    some
      .map(({ serviceName, serviceNamespace: namespace }) => {
        return { namespace, name: nameOf(namespace, serviceName) };
      })
      .filter(({ name, namespace }) => {
        const key = namespace ?? name;
        return seen.has(key) ? false : seen.add(key);
      })
      .sort((a, b) => byLoss(a.namespace, b.namespace));
  const groups = { lapsed: group([...lapsed, ...before]), neverUsed: group([...neverUsed, ...never]) };
  // An unused role loses every service: they are told as one.
  const single = stopsRole(told) ? [] : services;
  const without = single.map((service) => ({ serviceNamespace: service, serviceName: service }));
  return { ...groups, others: group([...notSince, ...without]) };
}

/** The first look at a change: what it is about, whether it may be believed, and who would miss it. */
export function firstLook(view: ChangeView): FirstLook {
  const { lapsed, neverUsed, others } = serviceGroups(view);
  const all = [...lapsed, ...neverUsed, ...others, ...singleActions(view)];
  return {
    named: all.slice(0, mostNamed),
    more: Math.max(0, all.length - mostNamed),
    unused: unusedWords(view, lapsed.length, neverUsed.length),
    risk: riskLine(view),
    proof: proofWords(view),
    lastUse: lastUse(view),
  };
}

function stopsRole({ identities }: ChangeView['told']): boolean {
  return identities?.evidence.some(({ kind }) => kind === 'unused-role') ?? false;
}

/** Actions that go alone stand after the services that go whole. */
function singleActions({ told }: ChangeView): readonly NamedService[] {
  const actions = told.identities?.actions ?? [];
  return actions.map((name) => ({ namespace: null, name }));
}

function unusedWords(
  { notSince, services, thresholdDays, told, trackingDays }: ChangeView,
  lapsed: number,
  never: number,
): string {
  if (stopsRole(told))
    return `Nobody used the role ${lapsed > 0 ? `for ${thresholdDays}` : `in ${trackingDays}`} days.`;
  const others = notSince.length;
  const parts = [
    ...(lapsed > 0 ? [`${grouped(lapsed)} lapsed (not for ${thresholdDays} days)`] : []),
    ...(never > 0 ? [`${grouped(never)} never used in ${trackingDays} days`] : []),
    ...(others > 0 ? [`${grouped(others)} not used for ${thresholdDays} days`] : []),
  ];
  if (parts.length > 0) return `${parts.join(', ')}.`;
  return told.identities
    ? 'No service as a whole: single actions that nobody attempted.'
    : `${counted(services.length, 'service')}, asked back: no use is judged.`;
}

function riskLine({ risk, riskReasons }: ChangeView): string {
  const [first] = riskReasons;
  const more = riskReasons.length - 1;
  const level = capitalized(risk.level);
  return `${level} risk${first === undefined ? '' : `: ${first}${more > 0 ? `, and ${counted(more, 'more reason')}` : ''}`}.`;
}

function proofWords(view: ChangeView): string {
  const all = view.checks.length;
  const failed = view.checks.filter(({ verdict }) => verdict === 'failed').length;
  const open = notProvenNames(view).length;
  const parts = [
    ...(failed > 0 ? [`${failed} of ${counted(all, 'check')} failed`] : []),
    ...(open > 0 ? [`${open} of ${counted(all, 'check')} not proven`] : []),
  ];
  return parts.length === 0 ? `All ${counted(all, 'check')} passed` : parts.join(', ');
}

function lastUse(view: ChangeView): string {
  const ofServices = lastUseOfServices(view);
  const { cutOff, told } = view;
  if (!told.identities?.evidence.some(isOfActions)) return ofServices ?? 'not looked at by this change';
  const ofActions = `of the single actions not since ${isoDay(cutOff)}; the service itself is in use`;
  return ofServices === null ? ofActions : `${ofServices}; ${ofActions}`;
}

/** Null: nothing goes but single actions. The use of a service that stays is none of these. */
function lastUseOfServices(view: ChangeView): string | null {
  const { lapsed, neverUsed, notSince, cutOff, told, trackingDays } = view;
  const uses = [...lapsed, ...(told.identities?.evidence ?? []).filter((each) => !isOfActions(each))];
  const at = Math.max(...uses.map(({ lastAccessedAt }) => lastAccessedAt ?? Number.NEGATIVE_INFINITY));
  const latest = uses.find(({ lastAccessedAt }) => lastAccessedAt === at);
  if (latest) {
    const days = latest.daysUnused === null ? '' : ` (${counted(latest.daysUnused, 'day')} ago)`;
    const what = stopsRole(told) ? '' : `: ${latest.serviceName}`;
    return `${isoDay(at)}${days}${what}, by ${userOf(latest) ?? 'somebody whom AWS does not name'}`;
  }
  if (notSince.length > 0) return `not since ${isoDay(cutOff)}; what was before is not known`;
  return neverUsed.length + uses.length > 0 ? `none in ${trackingDays} days, by nobody` : null;
}

function isOfActions({ kind }: IdentityEvidence): boolean {
  return kind === 'unused-actions';
}

function userOf(use: ServiceEvidence | IdentityEvidence): string | null {
  if ('lastAccessedBy' in use) {
    const arn = lastUserIn(use);
    return arn && shortArn(arn);
  }
  return use.lastAccessedAccount && `account ${use.lastAccessedAccount.name}`;
}
