import { canonicalJson, type Json } from './canonical-json.ts';
import { ok, type Reason, type Result, refused } from './result.ts';
import { sha256 } from './sha256.ts';

/**
 * A request to STS (GetCallerIdentity) that somebody signed and did not send: who sends it learns from AWS who signed.
 * API Gateway's HTTP APIs cannot authorize callers of other accounts (AWS Knowledge Center, "cross-account IAM
 * authorization for API Gateway HTTP APIs"). GetCallerIdentity needs no permission and cannot be denied (STS API
 * reference).
 */
export interface CallerProof {
  /** The header `Authorization` of Signature Version 4. */
  readonly authorization: string;
  /** The header `X-Amz-Date`: `20261128T180000Z`. */
  readonly date: string;
  /** The header `X-Amz-Security-Token`; absent for credentials without one. */
  readonly token?: string;
}

/** The body that is signed and sent; nothing of it is the caller's to choose. */
export const proofBody = 'Action=GetCallerIdentity&Version=2011-06-15';

/** The signed header that binds a proof to one request: nobody who gets hold of it can ask for something else, or somewhere else. */
export const bindingHeader = 'x-oar-request';

/** A proof is taken for so long, in milliseconds; STS itself takes it for 15 minutes (IAM User Guide, "Signature Version 4"). */
const freshMilliseconds = 300_000;

/** What a proof is bound to: the host of the site that is asked, and what is asked there. */
export function bindingOf(host: string, asked: Json): string {
  return sha256(canonicalJson({ host: host.toLowerCase(), asked }));
}

/** Where STS is for a Region. Nothing but a Region's name gets into the address. */
export function stsHost(region: string): string {
  return `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** The partition that a Region belongs to. Source: the SDKs' endpoint data, "partitions". */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

const authorizationForm =
  /^AWS4-HMAC-SHA256 Credential=[A-Z0-9]{1,128}\/\d{8}\/([a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2})\/sts\/aws4_request, ?SignedHeaders=([a-z0-9;-]{1,200}), ?Signature=[0-9a-f]{64}$/;
const tokenForm = /^[A-Za-z0-9+/=_-]{1,4096}$/;

/**
 * The Region of a proof and the headers to send it with, or why it proves nothing (`UNREADABLE_PROOF`, `OTHER_REQUEST`,
 * `STALE_PROOF`). Whether the signature is right STS alone knows. Every header that is sent must be signed. `now` in epoch milliseconds.
 */
export function readProof(
  { authorization, date, token }: CallerProof,
  binding: string,
  now: number,
): Result<{ readonly region: string; readonly headers: Readonly<Record<string, string>> }> {
  const [, region, names] = authorizationForm.exec(authorization) ?? [];
  const at = instantOf(date);
  if (region === undefined || names === undefined || at === null)
    return refused(no('UNREADABLE_PROOF', 'identity: this is no signed request to STS'));
  if (token !== undefined && !tokenForm.test(token))
    return refused(no('UNREADABLE_PROOF', 'identity: the session token is none'));
  const needed = [
    ...['host', 'x-amz-date', bindingHeader],
    ...(token === undefined ? [] : ['x-amz-security-token']),
  ];
  const missing = needed.find((name) => !names.split(';').includes(name));
  if (missing !== undefined)
    return refused(no('OTHER_REQUEST', `identity: the signature does not cover ${missing}`));
  if (Math.abs(now - at) > freshMilliseconds)
    return refused(
      no('STALE_PROOF', 'identity: it was signed more than five minutes ago, or by a wrong clock'),
    );
  return ok({
    region,
    headers: {
      authorization,
      'x-amz-date': date,
      'content-type': proofType,
      [bindingHeader]: binding,
      ...(token === undefined ? {} : { 'x-amz-security-token': token }),
    },
  });
}

/** The media type of the body. */
export const proofType = 'application/x-www-form-urlencoded; charset=utf-8';

/** The ARN in STS's answer, or null where it names none. A session's name holds nothing that XML would read otherwise (STS API reference, RoleSessionName). */
export function arnInAnswer(xml: string): string | null {
  const found = [...xml.matchAll(/<Arn>(arn:[^<>&\s]+)<\/Arn>/g)];
  return found.length === 1 ? (found[0]?.[1] ?? null) : null;
}

function instantOf(date: string): number | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(date) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? null : at;
}

function no(code: string, detail: string): Reason {
  return { code, detail };
}
