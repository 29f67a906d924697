import { randomUUID } from 'node:crypto';
import { escapeXml } from './query-protocol.ts';
import type { WireRequest, WireResponse } from './service.ts';

const VERSION = '2010-03-31';
const NAMESPACE = `http://sns.amazonaws.com/doc/${VERSION}/`;

/** The parameters of one Query request: flat names such as `Attributes.entry.1.key`. */
export type QueryParameters = ReadonlyMap<string, string>;

/** What an SNS operation answers: the XML inside its result element, or one of AWS's errors. */
export type SnsReply = { readonly ok: true; readonly xml: string } | SnsFault;

/** One of AWS's errors with its HTTP status. */
export interface SnsFault {
  readonly ok: false;
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The parameters of a request in SNS's API version, or null if the request is not SNS's. */
export function readQuery(request: WireRequest): QueryParameters | null {
  const form = String(request.headers['content-type'] ?? '').includes('application/x-www-form-urlencoded');
  const text =
    form && request.body.length > 0 ? request.body.toString('utf8') : (request.url.split('?', 2)[1] ?? '');
  // The version cannot hide in a value: there its equals sign is escaped.
  if (!text.includes(`Version=${VERSION}`)) return null;
  const parameters = new Map(new URLSearchParams(text));
  return parameters.get('Version') === VERSION ? parameters : null;
}

/** The members of a list parameter in order, each with the names below its number: `list(p, 'Tags.member')`. */
export function listParameter(parameters: QueryParameters, prefix: string): readonly QueryParameters[] {
  const members = new Map<number, Map<string, string>>();
  for (const [name, value] of parameters) {
    if (!name.startsWith(`${prefix}.`)) continue;
    const [number = '', ...rest] = name.slice(prefix.length + 1).split('.');
    if (!/^\d+$/.test(number)) continue;
    const member = members.get(Number(number)) ?? new Map<string, string>();
    member.set(rest.join('.'), value);
    members.set(Number(number), member);
  }
  return [...members].sort(([left], [right]) => left - right).map(([, member]) => member);
}

/** A map parameter with `key` and `value` members, as `Attributes` of CreateTopic and Subscribe. */
export function mapParameter(parameters: QueryParameters, prefix: string): ReadonlyMap<string, string> {
  return new Map(
    listParameter(parameters, prefix).map((entry) => [entry.get('key') ?? '', entry.get('value') ?? '']),
  );
}

/** A successful answer with this XML inside the result element. */
export function success(xml = ''): SnsReply {
  return { ok: true, xml };
}

/** One of AWS's errors; the status is 400 unless said otherwise. */
export function fault(code: string, message: string, status = 400): SnsFault {
  return { ok: false, status, code, message };
}

/** `InvalidParameter` (400) in the words that SNS uses. */
export function invalidParameter(what: string): SnsFault {
  return fault('InvalidParameter', `Invalid parameter: ${what}`);
}

/** An XML element around escaped text. */
export function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** A map in the shape of SNS's attribute answers. */
export function attributesXml(attributes: ReadonlyMap<string, string>): string {
  const entries = [...attributes].map(
    ([key, value]) => `<entry>${element('key', key)}${element('value', value)}</entry>`,
  );
  return `<Attributes>${entries.join('')}</Attributes>`;
}

/** The HTTP answer for an operation's reply. */
export function respondSns(operationName: string, reply: SnsReply): WireResponse {
  if (!reply.ok) return refuseSns(reply);
  const result = `<${operationName}Result>${reply.xml}</${operationName}Result>`;
  const metadata = `<ResponseMetadata>${element('RequestId', randomUUID())}</ResponseMetadata>`;
  const body = `<${operationName}Response xmlns="${NAMESPACE}">${result}${metadata}</${operationName}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

/** The HTTP answer for one of AWS's errors. */
export function refuseSns(error: {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}): WireResponse {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const inner = element('Type', type) + element('Code', error.code) + element('Message', error.message);
  const body = `<ErrorResponse xmlns="${NAMESPACE}"><Error>${inner}</Error>${element('RequestId', randomUUID())}</ErrorResponse>`;
  return { status: error.status, headers: { 'content-type': 'text/xml' }, body };
}
