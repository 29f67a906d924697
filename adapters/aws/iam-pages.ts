import { unreadable } from './policy-document.ts';
import { type AwsRefusal, isAwsRefusal } from './refusal.ts';

/** The end of a page of IAM. */
interface PageEnd {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** Where the next page begins. A page that promises more without saying where would end the list too early: it is a refusal. */
export function nextMarker(operation: string, { IsTruncated, Marker }: PageEnd): string | undefined {
  if (!IsTruncated) return undefined;
  if (Marker) return Marker;
  throw unreadable(operation, 'more is promised, but no marker says where it begins');
}

/** Codes of what is not there, on the wire and as the SDK spells it. */
const absenceCodes: readonly string[] = ['NoSuchEntity', 'NoSuchEntityException'];

/** Whether AWS says that the thing is not there, or not for these credentials. */
export function isAbsent(error: unknown): error is AwsRefusal {
  return isAwsRefusal(error) && absenceCodes.includes(error.code);
}

/** What is read, or null where it is not there. */
export async function unlessAbsent<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
