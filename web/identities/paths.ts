import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import type {
  AdviceResult,
  GrantResult,
  SubjectResult,
} from '../../core/review/identities/identities-result.ts';
import { named } from '../components/badge.ts';
import type { Markup } from '../components/markup.ts';
import { groupByAnswer, type SubjectFindings } from '../report/identity-grouping.ts';
import { type Fate, type PathEdge, type PathNode, pathsDiagram } from './paths-diagram.ts';

/** So many services are named in a box. */
const mostNamed = 2;
/** So many policies are drawn; more would be a picture that nobody can read. */
const mostPolicies = 12;

/** Services that come by the same paths and have the same answer. */
interface Bundle {
  readonly names: readonly string[];
  readonly grants: readonly GrantResult[];
  readonly fate: Fate;
  readonly detail: string;
  readonly advice: readonly AdviceResult[];
}

/** The paths by which an identity comes by what it uses and what it does not: drawn, and on a narrow screen as a list. Null where no path is known. */
export function pathsOfSubject({ findings, subject }: SubjectFindings): Markup | null {
  const all = [...unusedBundles(findings), ...usedBundles(subject)].filter(({ grants }) => grants.length > 0);
  const policies = new Set<string>();
  const bundles = all.filter(({ grants }) => {
    const keys = grants.map(policyKey);
    if (new Set([...policies, ...keys]).size > mostPolicies) return false;
    for (const key of keys) policies.add(key);
    return true;
  });
  if (!bundles.some(({ fate }) => fate !== 'used')) return null;
  const { edges, nodes } = drawn(subject, bundles);
  const services = findings.filter(({ grants }) => grants.length > 0).length;
  const label = `${subject.name} comes by ${counted(services, 'unused permission')} through ${counted(policies.size, 'policy', 'policies')}; the list below names every path`;
  const left = all.length - bundles.length;
  return html`${pathsDiagram(nodes, edges, label)}
${pathsList(subject, bundles)}
<p class="note small legend">Solid line: in use. Broken line: unused. A cross: a proposed edit cuts the path here.${left > 0 ? ` Not drawn: ${counted(left, 'more bundle')} of services by other policies.` : null}</p>`;
}

function unusedBundles(findings: SubjectFindings['findings']): readonly Bundle[] {
  return groupByAnswer(findings).map(({ findings: group, first }) => {
    const goes = first.status === 'open' && first.advice.some((advice) => isCutting(advice));
    const what = group.every(({ actions }) => actions) ? 'unused actions' : 'unused';
    return {
      names: group.map(({ serviceName, serviceNamespace }) => serviceNamespace ?? serviceName),
      grants: first.grants,
      fate: goes ? 'goes' : 'stays',
      detail: goes ? `${what}, taken away` : `${what}, stays`,
      advice: first.status === 'open' ? first.advice : [],
    };
  });
}

function usedBundles({ inUse = [] }: SubjectResult): readonly Bundle[] {
  const groups = new Map<string, Bundle>();
  for (const { grants, serviceNamespace } of inUse) {
    const key = JSON.stringify(grants);
    const names = [...(groups.get(key)?.names ?? []), serviceNamespace];
    groups.set(key, { names, grants, fate: 'used', detail: 'in use', advice: [] });
  }
  return [...groups.values()];
}

function isCutting({ do: what }: AdviceResult): boolean {
  return what !== 'keep' && what !== 'deny-all';
}

/** What the drawing and its lines become: whatever one bundle uses is in use, whatever one keeps stays. */
function drawn(
  subject: SubjectResult,
  bundles: readonly Bundle[],
): { readonly nodes: readonly PathNode[]; readonly edges: readonly PathEdge[] } {
  const nodes = new Map<string, PathNode>();
  const edges = new Map<string, PathEdge>();
  const put = (node: PathNode): void => {
    const known = nodes.get(node.id);
    nodes.set(node.id, known ? { ...known, fate: stronger(known.fate, node.fate) } : node);
  };
  const link = (from: string, to: string, fate: Fate, isCut: boolean): void => {
    const key = `${from} ${to}`;
    const known = edges.get(key);
    const together = known ? stronger(known.fate, fate) : fate;
    edges.set(key, { from, to, fate: together, isCut: isCut || (known?.isCut ?? false) });
  };
  const isPolicy = subject.type === 'policy';
  const root = 'subject';
  if (!isPolicy) put({ id: root, column: 0, title: subject.name, detail: subject.type, fate: 'used' });
  for (const [index, { advice, detail, fate, grants, names }] of bundles.entries()) {
    const services = `services ${index}`;
    put({ id: services, column: 3, title: namesIn(names), detail, fate });
    for (const grant of grants) {
      const policy = `policy ${policyKey(grant)}`;
      const does = (...deeds: readonly AdviceResult['do'][]): boolean =>
        advice.some((each) => deeds.includes(each.do) && isAbout(each, grant));
      const kind = grant.policyType === 'aws-managed' ? 'AWS-managed policy' : `${grant.policyType} policy`;
      put({ id: policy, column: 2, title: grant.policyName, detail: kind, fate });
      const isDetached = does('detach', 'replace-by-copy');
      const bearer = `${grant.attachedTo.type} ${grant.attachedTo.name}`;
      if (isPolicy || grant.via !== 'direct') {
        put({
          id: bearer,
          column: 1,
          title: grant.attachedTo.name,
          detail: grant.attachedTo.type,
          fate,
        });
        if (!isPolicy) link(root, bearer, fate, does('leave-group'));
        link(bearer, policy, fate, isDetached);
      } else link(root, policy, fate, isDetached);
      link(policy, services, fate, does('new-version', 'edit-inline'));
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** Whether an advice is about this path: advice names the policy, and the bearer where it matters. */
function isAbout({ do: what, from, policyName }: AdviceResult, grant: GrantResult): boolean {
  if (policyName !== grant.policyName) return false;
  if (what === 'leave-group') return grant.via !== 'direct' && grant.via.group === from?.name;
  return from === null || (from.type === grant.attachedTo.type && from.name === grant.attachedTo.name);
}

function stronger(a: Fate, b: Fate): Fate {
  const order: readonly Fate[] = ['goes', 'stays', 'used'];
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}

/** The same paths as a list: a drawing does not fit on a telephone. */
function pathsList(subject: SubjectResult, bundles: readonly Bundle[]): Markup {
  const way = (grant: GrantResult): Markup => {
    const { attachedTo, policyName, via } = grant;
    if (subject.type === 'policy')
      return html`${attachedTo.type} ${named(attachedTo.name)} → ${named(policyName)}`;
    return via === 'direct'
      ? html`${named(subject.name)} → ${named(policyName)}`
      : html`${named(subject.name)} → group ${named(via.group)} → ${named(policyName)}`;
  };
  return html`<ul class="plain paths-list">${bundles.map(({ detail, grants, names }) => html`<li><strong>${namesIn(names)}</strong>, ${detail}<ul class="plain">${grants.map((grant) => html`<li>${way(grant)}</li>`)}</ul></li>`)}</ul>`;
}

function namesIn(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function policyKey({ attachedTo, policyArn, policyName }: GrantResult): string {
  return policyArn ?? `${attachedTo.type}/${attachedTo.name}/${policyName}`;
}
