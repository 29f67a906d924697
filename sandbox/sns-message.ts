import { parseObject } from './json.ts';
import type { MessageAttribute } from './sns-filter.ts';
import {
  fault,
  invalidParameter,
  listParameter,
  type QueryParameters,
  type SnsFault,
} from './sns-protocol.ts';

/** A message that SNS accepted: its text per protocol, with `default` for all others. */
export interface SnsMessage {
  readonly subject: string | null;
  readonly texts: ReadonlyMap<string, string>;
  readonly attributes: ReadonlyMap<string, MessageAttribute>;
  /** UTF-8 bytes that count against the limit: message and attributes. */
  readonly bytes: number;
}

/** SNS's limit of one message, and of a batch together, in bytes. */
export const MOST_MESSAGE_BYTES = 262_144;
// Publish reference: less than 100 characters.
const LONGEST_SUBJECT = 99;

/** Reads and checks `Message`, `Subject`, `MessageStructure` and `MessageAttributes` of Publish or of one batch entry. */
export function readMessage(parameters: QueryParameters): SnsMessage | SnsFault {
  const message = parameters.get('Message') ?? '';
  if (message === '') return invalidParameter('Empty message');
  const subject = parameters.get('Subject') ?? null;
  if (subject !== null && !isSubject(subject)) return invalidParameter('Subject');
  const attributes = readAttributes(parameters);
  if (!(attributes instanceof Map)) return attributes as SnsFault;
  const bytes = Buffer.byteLength(message) + attributeBytes(attributes);
  if (bytes > MOST_MESSAGE_BYTES) return invalidParameter('Message too long');
  const texts = readTexts(message, parameters.get('MessageStructure'));
  return 'ok' in texts ? texts : { subject, texts: texts.texts, attributes, bytes };
}

/** ASCII that starts with a letter, digit or punctuation mark, without control characters, shorter than 100 characters. */
function isSubject(subject: string): boolean {
  return subject.length <= LONGEST_SUBJECT && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
}

function readTexts(
  message: string,
  structure: string | undefined,
): { readonly texts: ReadonlyMap<string, string> } | SnsFault {
  if (structure === undefined || structure === '') return { texts: new Map([['default', message]]) };
  if (structure !== 'json') return invalidParameter('MessageStructure');
  const parsed = parseObject(message);
  if (parsed === null || hasRepeatedKey(message)) {
    return invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts = new Map<string, string>();
  for (const [protocol, text] of Object.entries(parsed)) {
    if (typeof text === 'string') texts.set(protocol, text);
  }
  if (!texts.has('default'))
    return invalidParameter('Message Structure - No default entry in JSON message body');
  return { texts };
}

function readAttributes(parameters: QueryParameters): ReadonlyMap<string, MessageAttribute> | SnsFault {
  const attributes = new Map<string, MessageAttribute>();
  for (const entry of listParameter(parameters, 'MessageAttributes.entry')) {
    const name = entry.get('Name') ?? '';
    const type = entry.get('Value.DataType') ?? '';
    const value = entry.get('Value.StringValue') ?? entry.get('Value.BinaryValue') ?? '';
    if (!/^(String|Number|Binary)(\.|$)/.test(type)) {
      return badAttribute(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    if (value === '')
      return badAttribute(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
      );
    if (type.startsWith('Number') && !Number.isFinite(Number(value))) {
      return badAttribute(`Could not cast message attribute '${name}' value to number.`);
    }
    attributes.set(name, { type, value });
  }
  return attributes;
}

function badAttribute(message: string): SnsFault {
  return fault('ParameterValueInvalid', message);
}

function attributeBytes(attributes: ReadonlyMap<string, MessageAttribute>): number {
  let bytes = 0;
  for (const [name, { type, value }] of attributes) {
    const size = type.startsWith('Binary') ? Buffer.from(value, 'base64').length : Buffer.byteLength(value);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(type) + size;
  }
  return bytes;
}

/** SNS refuses two equal keys in the outer object, which JSON.parse would silently merge; the text is known to be JSON. */
function hasRepeatedKey(text: string): boolean {
  const keys = new Set<string>();
  let depth = 0;
  for (const { 0: token } of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      if (keys.has(key)) return true;
      keys.add(key);
    }
  }
  return false;
}
