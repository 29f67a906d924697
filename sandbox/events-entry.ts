/** One entry of PutEvents as it came over the wire. */
export interface PutEntry {
  readonly Source?: unknown;
  readonly DetailType?: unknown;
  readonly Detail?: unknown;
  readonly EventBusName?: string;
  readonly Resources?: unknown;
  /** Seconds since 1970. */
  readonly Time?: unknown;
}

/** Why EventBridge fails one entry: AWS's error code and a sentence. */
export interface EntryProblem {
  readonly code: string;
  readonly message: string;
}

const LONGEST_DETAIL_TYPE = 128;

/** What EventBridge finds wrong with an entry, or null; an entry that fails does not fail the request. */
export function checkEntry(entry: PutEntry): EntryProblem | null {
  for (const field of ['Source', 'DetailType', 'Detail'] as const) {
    const value = entry[field];
    if (typeof value !== 'string' || value === '') {
      return {
        code: 'InvalidArgument',
        message: `Parameter ${field} is not valid. Reason: ${field} is a required argument.`,
      };
    }
  }
  if (String(entry.DetailType).length > LONGEST_DETAIL_TYPE) {
    return {
      code: 'InvalidArgument',
      message: `Parameter DetailType is not valid. Reason: DetailType is longer than ${LONGEST_DETAIL_TYPE} characters.`,
    };
  }
  if (/^aws\./i.test(String(entry.Source))) {
    return { code: 'NotAuthorizedForSourceException', message: 'Not authorized for the source.' };
  }
  return isJsonObject(String(entry.Detail))
    ? null
    : { code: 'MalformedDetail', message: 'Detail is malformed.' };
}

/** The bytes that count against the request's limit: 14 for a time, and the UTF-8 text of source, type, detail and resources. */
export function entrySize(entry: PutEntry): number {
  const resources = Array.isArray(entry.Resources) ? entry.Resources : [];
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...resources];
  const time = entry.Time === undefined ? 0 : 14;
  return texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    time,
  );
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
