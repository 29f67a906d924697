import { AwsRefusal } from './refusal.ts';

/**
 * A policy document as it was stored. IAM gives documents URL-encoded by RFC 3986, where a plus sign stands for itself
 * (IAM API reference, PolicyVersion). Plain text is taken as it is: JSON never begins with a percent sign.
 */
export function decodeDocument(operation: string, document: string | undefined): string {
  if (document === undefined || document === '')
    throw unreadable(operation, 'a policy came without a document');
  if (!document.startsWith('%')) return document;
  try {
    return decodeURIComponent(document);
  } catch (error) {
    throw unreadable(operation, 'a policy document is not URL-encoded', error);
  }
}

/** An answer that lacks what AWS documents that it has. */
export function unreadable(operation: string, said: string, cause?: unknown): AwsRefusal {
  return new AwsRefusal({ operation, code: 'UNREADABLE_ANSWER', kind: 'answer', said }, cause);
}
