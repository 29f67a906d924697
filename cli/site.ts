import { readEnvironment, wireSignedRequest } from '../adapters/wire.ts';
import { visibleText } from '../core/message/visible-text.ts';
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
      '--url: give the address of the approvals, as every message about a change has it, or set PAGE_URL',
    );
  const url = URL.canParse(written) ? new URL(written) : null;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    `${url.username}${url.password}${url.search}${url.hash}` !== ''
  )
    throw new BadArguments(
      `${name}: "${visibleText(written).slice(0, 200)}" is no address of the approvals: write https://NAME or https://NAME/STAGE`,
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
  const {
    status,
    body: answer,
    signedFor,
  } = await wireSignedRequest()(method, `${url}${path}`, { body, region });
  if (status >= 200 && status < 300) return answer as Answer;
  const { message, refusals } = (typeof answer === 'object' && answer !== null ? answer : {}) as {
    readonly message?: string;
    readonly refusals?: readonly { readonly detail: string; readonly field?: string }[];
  };
  const why =
    refusals?.map(({ detail, field }) => (field ? `--${field}: ${detail}` : detail)).join('\n') ??
    message ??
    String(answer).slice(0, 200);
  // API Gateway itself says "Forbidden" and no more; what the function refuses has reasons.
  const ways = `needs execute-api:Invoke on ${method} ${path}${region === null ? '; if the approvals are in another Region, give --region' : ''}`;
  const hint = status === 403 && refusals === undefined ? `; signed for ${signedFor}: ${ways}` : '';
  throw new BadArguments(`${visibleText(why)} (${status})${hint}`);
}
