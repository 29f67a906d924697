import type { JsonBody } from './json-protocol.ts';
import { invalidInput } from './organizations-errors.ts';

/** The policy types of the Organizations API (reference, `PolicyType`, autumn 2026). */
const policyTypes: readonly string[] = [
  'SERVICE_CONTROL_POLICY',
  'RESOURCE_CONTROL_POLICY',
  'TAG_POLICY',
  'BACKUP_POLICY',
  'AISERVICES_OPT_OUT_POLICY',
  'CHATBOT_POLICY',
  'DECLARATIVE_POLICY_EC2',
  'SECURITYHUB_POLICY',
  'SECURITYHUB_CSPM_POLICY',
  'INSPECTOR_POLICY',
  'GUARDDUTY_POLICY',
  'BEDROCK_POLICY',
  'S3_POLICY',
  'UPGRADE_ROLLOUT_POLICY',
  'NETWORK_SECURITY_DIRECTOR_POLICY',
];

const fieldName = (member: string): string => member.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

/** A required text member, checked against AWS's pattern. */
export const required = (input: JsonBody, member: string, pattern?: RegExp): string => {
  const value = optional(input, member);
  if (value === undefined) throw invalidInput('INPUT_REQUIRED', fieldName(member));
  if (pattern !== undefined && !pattern.test(value)) throw invalidInput('INVALID_PATTERN', fieldName(member));
  return value;
};

/** A text member that may be absent or null. */
export const optional = (input: JsonBody, member: string): string | undefined => {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalidInput('INVALID_PATTERN', fieldName(member));
  return value;
};

/** A required text member with a length between the two bounds, counted in characters (observed). */
export const sized = (input: JsonBody, member: string, least: number, most: number): string | undefined => {
  const value = optional(input, member);
  if (value === undefined) return undefined;
  const length = [...value].length;
  if (length < least) throw invalidInput('MIN_LENGTH_EXCEEDED', fieldName(member));
  if (length > most) throw invalidInput('MAX_LENGTH_EXCEEDED', fieldName(member));
  // AWS refuses text that looks like a script in names and descriptions.
  if (/<\s*\/?\s*script|javascript:/i.test(value)) throw invalidInput('INVALID_PATTERN', fieldName(member));
  return value;
};

/** A required policy type. */
export const policyType = (input: JsonBody, member: string): string => {
  const value = required(input, member);
  if (!policyTypes.includes(value)) throw invalidInput('INVALID_ENUM_POLICY_TYPE');
  return value;
};

/** AWS's patterns for ids (Organizations API reference). */
export const idPatterns = {
  account: /^\d{12}$/,
  unit: /^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/,
  root: /^r-[0-9a-z]{4,32}$/,
  parent: /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/,
  child: /^(\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/,
  target: /^(r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/,
  policy: /^p-[0-9a-zA-Z_]{8,128}$/,
} as const;
