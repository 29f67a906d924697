import { globMatches } from './matching.ts';
import { clipped, quoted } from './quoted.ts';

/** The partitions of AWS. Source: AWS General Reference and the SDKs' endpoint data, "partitions". */
const partitions = 'aws aws-cn aws-us-gov aws-iso aws-iso-b aws-iso-e aws-iso-f aws-eusc'.split(' ');
/** Names of roles and users. Source: IAM API reference, CreateRole and CreateUser; `*` and `?` are our pattern's. */
const namePattern = /^[\w+=,.@*?-]{1,64}$/;
/** A character that no ARN holds: only a wildcard matches it. */
const anything = '\u0000';

/** The suffix that IAM Identity Center gives each role of a permission set, `#` for a hexadecimal digit. The user guide calls it a unique suffix; its 16 digits are observed. */
const suffix = '#'.repeat(16);

/** Where AWS puts roles that only AWS makes. Source: IAM User Guide, "Service-linked roles"; IAM Identity Center User Guide, "Referencing permission sets in resource policies". */
const reservedRoles = [
  {
    root: 'aws-reserved/',
    prefix: 'AWSReservedSSO_',
    path: /^aws-reserved\/sso\.amazonaws\.com\/([a-z0-9-]+\/)?$/,
    samples: ['', '?*/'].map(
      (region) => `aws-reserved/sso.amazonaws.com/${region}AWSReservedSSO_?*_${suffix}`,
    ),
    advice:
      'write role/aws-reserved/sso.amazonaws.com/[REGION/]AWSReservedSSO_NAME_*: AWS makes this role with that path and a suffix of 16 hexadecimal digits',
  },
  {
    root: 'aws-service-role/',
    prefix: 'AWSServiceRoleFor',
    path: /^aws-service-role\/[a-z0-9.-]+\/$/,
    samples: ['aws-service-role/?*/AWSServiceRoleFor?*'],
    advice:
      'write role/aws-service-role/SERVICE.amazonaws.com/AWSServiceRoleFor…: AWS makes this role with that path',
  },
] as const;

const roleAdvice = 'write arn:aws:iam::ACCOUNT:role/[PATH/]NAME';

/**
 * Why a pattern for `aws:PrincipalArn` (ArnNotLike) is refused, with the way out, or null. That key holds the ARN of a
 * user, a role with its path (for its sessions too), a root user or a federated user. Source: IAM User Guide, "AWS
 * global condition context keys". It holds nothing else. The operator compares the six parts of an ARN one by one, and
 * letter case counts.
 */
export function principalProblem(pattern: string): string | null {
  if (/[\s\p{C}]/u.test(pattern)) return `${quoted(pattern)} holds white space: take it out`;
  const { partition, service, region, account, resource } = partsOf(pattern);
  if (/^\*+$/.test(pattern)) return tooWide(pattern);
  if (!pattern.startsWith('arn:') || resource === '')
    return `${quoted(pattern)} is no whole ARN, and letter case counts: ${roleAdvice}`;
  if (pattern.includes('$')) return `${quoted(pattern)} holds a policy variable: write * instead`;
  if (!partitions.some((each) => globMatches(partition, each)))
    return `${quoted(pattern)} names the partition ${quoted(partition)}, which AWS does not have: write one of ${partitions.join(', ')}`;
  if (!globMatches(region, '')) return `${quoted(pattern)} names a Region: the ARN of a principal has none`;
  if (!/^[\d*?]+$/.test(account) || !couldBeAccount(account))
    return `${quoted(pattern)} names no account: write its 12 digits, or * for every account`;
  if (service === 'sts') return federatedProblem(pattern, account, resource);
  if (service !== 'iam')
    return `${quoted(pattern)} is of the service ${quoted(service)}: a principal is one of iam (user, role, root) or a federated user of sts; ${roleAdvice}`;
  return iamProblem(pattern, account, resource);
}

/** The accounts and the partitions that a pattern for principals reaches, as patterns. */
export function principalReach(pattern: string): { readonly partition: string; readonly account: string } {
  return partsOf(pattern);
}

function partsOf(pattern: string) {
  const [, partition = '', service = '', region = '', account = '', ...resource] = pattern.split(':');
  return { partition, service, region, account, resource: resource.join(':') };
}

function couldBeAccount(account: string): boolean {
  const least = account.replaceAll('*', '').length;
  return account.includes('*') ? least <= 12 : least === 12;
}

function federatedProblem(pattern: string, account: string, resource: string): string | null {
  const name = /^federated-user\/(.+)$/.exec(resource)?.[1];
  if (name !== undefined && namePattern.test(name)) return null;
  if (resource.startsWith('federated-user'))
    return `${quoted(pattern)} names no federated user: write its name, or *`;
  const role = /^assumed-role\/([^/]+)/.exec(resource)?.[1] ?? 'NAME';
  return `${quoted(pattern)} is a session, and aws:PrincipalArn holds the ARN of its role: write arn:aws:iam::${clipped(account)}:role/[PATH/]${clipped(role)}, with the role's path`;
}

function iamProblem(pattern: string, account: string, resource: string): string | null {
  // An exemption that fits any name at all, short or long, leaves our deny with nobody to bind.
  if ([20, 64].every((length) => globMatches(resource, `role/${anything.repeat(length)}`)))
    return tooWide(pattern);
  if (resource === 'root') return null;
  const slash = resource.indexOf('/');
  const type = slash < 0 ? resource : resource.slice(0, slash);
  const named = slash < 0 ? '' : resource.slice(slash + 1);
  if (/[*?]/.test(type)) {
    const isPossible = ['role/*', 'user/*', 'root'].some((each) => globsMeet(resource, each));
    return isPossible ? null : noPrincipal(pattern, type);
  }
  if (type === 'assumed-role')
    return `${quoted(pattern)} is a session, and aws:PrincipalArn holds the ARN of its role: write arn:aws:iam::${clipped(account)}:role/[PATH/]NAME`;
  if (type !== 'role' && type !== 'user') return noPrincipal(pattern, type);
  const segments = named.split('/');
  const name = segments.at(-1) ?? '';
  if (segments.includes(''))
    return `${quoted(pattern)} has an empty name or an empty part of a path: ${roleAdvice}`;
  if (!namePattern.test(name) || !/^[!-~]+$/.test(named) || named.includes(':'))
    return `${quoted(pattern)} holds a name that IAM does not take: at most 64 letters, digits and _+=,.@-; ${roleAdvice}`;
  return type === 'role' ? reservedProblem(pattern, named) : null;
}

function noPrincipal(pattern: string, type: string): string {
  return `${quoted(pattern)}: ${quoted(type)} is no kind of principal, and letter case counts; one is role/…, user/… or root, or federated-user/… of sts`;
}

/** Names that AWS keeps for its own roles stand only under AWS's own paths, and nothing else stands there. */
function reservedProblem(pattern: string, named: string): string | null {
  const start = named.lastIndexOf('/') + 1;
  const path = named.slice(0, start);
  const name = named.slice(start);
  for (const { advice, path: ownPath, prefix, root, samples } of reservedRoles) {
    const literal = name.replace(/^[*?]+/, '');
    const isReserved = literal.toLowerCase().startsWith(prefix.toLowerCase());
    if (!isReserved && !path.startsWith(root)) continue;
    const isNameFit = isReserved ? literal.startsWith(prefix) : /^[a-z0-9-]*([*?]|$)/.test(name);
    const isPathFit = ownPath.test(path) || /[*?]/.test(path) || /^[*?]/.test(name);
    if (!isNameFit || !isPathFit || !samples.some((sample) => globsMeet(named, sample)))
      return `${quoted(pattern)} never matches: ${advice}`;
  }
  return null;
}

function tooWide(pattern: string): string {
  return `${quoted(pattern)} leaves every role free, so that a deny would bind nobody: name the roles, or write an exemption for that entity`;
}

/** Whether some text fits both of two patterns with `*` and `?`, and in the second `#` for a hexadecimal digit as AWS writes it, in lower case. */
function globsMeet(one: string, other: string): boolean {
  const seen = new Set<string>();
  const open: (readonly [number, number])[] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [a, b] = next;
    if (seen.has(`${a} ${b}`)) continue;
    seen.add(`${a} ${b}`);
    const [left, right] = [one[a], other[b]];
    if (left === undefined && right === undefined) return true;
    if (left === '*') open.push([a + 1, b]);
    if (right === '*') open.push([a, b + 1]);
    if (left === undefined || right === undefined) continue;
    const isHex = right === '#' && /[0-9a-f]/.test(left);
    if (left === right || isHex || left === '?' || right === '?' || left === '*' || right === '*')
      open.push([left === '*' ? a : a + 1, right === '*' ? b : b + 1]);
  }
  return false;
}
