import { counted } from '../../core/message/visible-text.ts';
import type { IdentityFindingResult, SubjectResult } from '../../core/review/identities/identities-result.ts';
import type { Markup } from '../components/markup.ts';
import { type PathEdge, type PathNode, pathsDiagram } from './paths-diagram.ts';

/** Services with the same paths share a box: so many of them are named in it. */
const mostNamed = 2;

/** The paths by which an identity comes by what it does not use, or null where none is known. */
export function pathsOfSubject(
  subject: SubjectResult,
  findings: readonly IdentityFindingResult[],
): Markup | null {
  const open = findings.filter(({ grants, status }) => grants.length > 0 && status === 'open');
  if (open.length === 0) return null;
  const nodes = new Map<string, PathNode>();
  const edges = new Map<string, PathEdge>();
  const link = (from: string, to: string): void => {
    edges.set(`${from} ${to}`, { from, to, isUnused: true });
  };
  const root = 'subject';
  nodes.set(root, { id: root, column: 0, title: subject.name, detail: subject.type, isUnused: false });
  for (const { grants, services } of byPaths(open)) {
    const serviceId = `services ${services.map(({ id }) => id).join(' ')}`;
    const title = services.map(({ serviceNamespace, serviceName }) => serviceNamespace ?? serviceName);
    const more = title.length - mostNamed;
    nodes.set(serviceId, {
      id: serviceId,
      column: 3,
      title: `${title.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
      detail: services.every(({ actions }) => actions) ? 'unused actions' : 'unused',
      isUnused: true,
    });
    for (const { attachedTo, policyArn, policyName, policyType, via } of grants) {
      const policyId = `policy ${policyArn ?? `${attachedTo.type}/${attachedTo.name}/${policyName}`}`;
      const kind = policyType === 'aws-managed' ? 'AWS-managed policy' : `${policyType} policy`;
      nodes.set(policyId, { id: policyId, column: 2, title: policyName, detail: kind, isUnused: false });
      if (via === 'direct') {
        const bearer = `${attachedTo.type}/${attachedTo.name}`;
        if (subject.type === 'policy') {
          nodes.set(bearer, {
            id: bearer,
            column: 1,
            title: attachedTo.name,
            detail: attachedTo.type,
            isUnused: false,
          });
          link(bearer, policyId);
        } else link(root, policyId);
      } else {
        const groupId = `group ${via.group}`;
        nodes.set(groupId, { id: groupId, column: 1, title: via.group, detail: 'group', isUnused: false });
        link(root, groupId);
        link(groupId, policyId);
      }
      link(policyId, serviceId);
    }
  }
  // A policy is drawn from whoever bears it to what it grants: it is no box of its own at the left.
  if (subject.type === 'policy') nodes.delete(root);
  const label = `${subject.name} comes by ${counted(open.length, 'unused service')} through ${counted(
    [...nodes.values()].filter(({ column }) => column === 2).length,
    'policy',
    'policies',
  )}; the table names every path`;
  return pathsDiagram([...nodes.values()], [...edges.values()], label);
}

function byPaths(findings: readonly IdentityFindingResult[]) {
  const groups = new Map<string, IdentityFindingResult[]>();
  for (const finding of findings) {
    const key = JSON.stringify(finding.grants);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((services) => ({ grants: services[0]?.grants ?? [], services }));
}
