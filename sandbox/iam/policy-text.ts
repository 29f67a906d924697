import { policyFault } from '../policy-syntax.ts';
import { QueryError } from '../query-protocol.ts';
import { inlineCharacters, managedPolicyCharacters } from './quotas.ts';
import type { IamPrincipal } from './state.ts';

/** AWS's LimitExceeded, status 409. */
export const limitExceeded = (message: string): QueryError => new QueryError('LimitExceeded', message, 409);

// IAM User Guide, quotas: white space is not counted.
const sizeOf = (text: string): number => text.replace(/\s/g, '').length;

const vendorsOf = (text: string): readonly string[] => {
  const found: string[] = [];
  const collect = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (/^(Not)?Action$/i.test(key) && value.includes(':')) found.push(value.split(':')[0] ?? '');
      return;
    }
    if (Array.isArray(value)) for (const item of value) collect(item, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) collect(item, name);
  };
  collect(JSON.parse(text), '');
  return found;
};

/** Throws AWS's MalformedPolicyDocument for a text that IAM would refuse as an identity policy. */
export const checkDocument = (text: string): void => {
  const refused = (message: string): QueryError => new QueryError('MalformedPolicyDocument', message);
  // IAM API reference, PolicyDocument: tab, line feed, carriage return, and U+0020 to U+00FF.
  if (!/^[\t\n\r\u0020-\u00ff]+$/.test(text))
    throw new QueryError(
      'ValidationError',
      'The specified value for policyDocument is invalid. It must contain only printable characters.',
    );
  const fault = policyFault(text);
  if (fault === 'the text is not valid JSON') throw refused('This policy contains invalid Json');
  if (fault === null || fault.startsWith('Action "')) {
    // Observed.
    if (vendorsOf(text).some((vendor) => /[*?]/.test(vendor)))
      throw refused('Action vendors (e.g., aws, ec2, etc.) must not contain wildcards.');
  }
  if (fault !== null) throw refused(`Syntax errors in policy. (${fault})`);
};

/** Throws if the text is no policy that fits into a managed policy. */
export const checkManaged = (text: string): void => {
  checkDocument(text);
  if (sizeOf(text) > managedPolicyCharacters)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${managedPolicyCharacters}`);
};

/** Throws if the text is no policy, or if the principal's inline policies would be too long together. */
export const checkInline = (principal: IamPrincipal, name: string, text: string): void => {
  checkDocument(text);
  const others = [...principal.inline].filter(([other]) => other !== name);
  const sum = others.reduce((size, [, other]) => size + sizeOf(other), sizeOf(text));
  const most = inlineCharacters[principal.type];
  if (sum > most)
    throw limitExceeded(
      `Maximum policy size of ${most} bytes exceeded for ${principal.type} ${principal.name}`,
    );
};
