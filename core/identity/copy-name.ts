import { identityLimits } from '../base/limits.ts';

const suffix = '-narrowed';
/** Room for a number behind the name. */
const numberCharacters = 3;

/** The name of a narrowed copy of an AWS-managed policy; `number` from 2 where the plain one is taken. */
export function copyName(name: string, number = 1): string {
  const start = `${name}${suffix}`.slice(0, identityLimits.policyNameCharacters - numberCharacters);
  return number === 1 ? start : `${start}-${number}`;
}

/** Whether a policy of one ARN may be the narrowed copy of that of another one, by its name. */
export function isCopyOf(copyArn: string, policyArn: string): boolean {
  const [copy = '', original = ''] = [copyArn, policyArn].map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  const start = copyName(original);
  return copy === start || (copy.startsWith(`${start}-`) && /^\d+$/.test(copy.slice(start.length + 1)));
}
