import { readEnvironment } from '../adapters/environment.ts';
import { wireProvenRequest, wireSignedRequest } from '../adapters/wire-signed.ts';
import { bindingOf } from '../core/base/caller-proof.ts';
import type { Json } from '../core/base/canonical-json.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { BadArguments } from './arguments.ts';

/** The deployed approvals: their address without a trailing slash, and the Region that requests are signed for; null: that of the AWS set-up. */
export interface Site {
  readonly url: string;
  readonly region: string | null;
}

/** The options that say where the approvals are. */
export const siteOptions = { url: { type: 'string' }, region: { type: 'string' } } as const;

/** The approvals as the options or PAGE_URL say. An address of API Gateway names its Region itself; for any other name `--region` says it. Throws `BadArguments`. */
export function siteOf(given: { readonly url?: string; readonly region?: string }): Site {
  const written = given.url ?? readEnvironment().pageUrl;
  const name = given.url === undefined ? 'PAGE_URL' : '--url';
  if (written === null)
    throw new BadArguments(
      '--url: give the address of the approval page, as every message about a change has it, or set PAGE_URL',
    );
  const url = URL.canParse(written) ? new URL(written) : null;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    `${url.username}${url.password}${url.search}${url.hash}` !== ''
  )
    throw new BadArguments(
      `${name}: "${visibleText(written).slice(0, 200)}" is no address of the approval page: write https://NAME or https://NAME/STAGE`,
    );
  const [, region = given.region ?? null] =
    /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(url.hostname) ?? [];
  return { url: written.replace(/\/+$/, ''), region };
}

/** One request signed with the caller's AWS credentials. Throws `BadArguments` for a refusal: it is the caller's to mend, one line a reason. */
export async function ask<Answer>(
  { region, url }: Site,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<Answer> {
  const answer = await wireSignedRequest()(method, `${url}${path}`, { body, region });
  const read = readAnswer<Answer>(answer);
  if (read.ok) return read.answer;
  // API Gateway itself says "Forbidden" and no more; what the function refuses has reasons.
  const ways = `needs execute-api:Invoke on ${method} ${path}${region === null ? '; if the approvals are in another Region, give --region' : ''}`;
  const { signedFor, status } = answer;
  const hint = status === 403 && !read.hasReasons ? `; signed for ${signedFor}: ${ways}` : '';
  throw new BadArguments(`${read.why} (${status})${hint}`);
}

/** One request with a proof of whose AWS credentials the caller has, of whatever account. Throws `BadArguments` for a refusal. */
export async function askProven<Answer>(
  { region, url }: Site,
  path: string,
  body: object,
  asked: Json,
): Promise<Answer> {
  const binding = bindingOf(new URL(url).host, asked);
  const answer = await wireProvenRequest()(`${url}${path}`, { binding, body, region });
  const read = readAnswer<Answer>(answer);
  if (read.ok) return read.answer;
  throw new BadArguments(`${read.why} (${answer.status})`);
}

/** What was answered, or why it was refused, one line a reason. */
function readAnswer<Answer>({
  body: answer,
  status,
}: Awaited<ReturnType<ReturnType<typeof wireSignedRequest>>>):
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly why: string; readonly hasReasons: boolean } {
  if (status >= 200 && status < 300) return { ok: true, answer: answer as Answer };
  const { message, refusals } = (typeof answer === 'object' && answer !== null ? answer : {}) as {
    readonly message?: string;
    readonly refusals?: readonly { readonly detail: string; readonly field?: string }[];
  };
  const why =
    refusals?.map(({ detail, field }) => (field ? `--${field}: ${detail}` : detail)).join('\n') ??
    message ??
    String(answer).slice(0, 200);
  return { ok: false, why: visibleText(why), hasReasons: refusals !== undefined };
}
