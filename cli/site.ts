import { readEnvironment, wireSignedRequest } from '../adapters/wire.ts';
import { visibleText } from '../core/message/visible-text.ts';
import { BadArguments } from './arguments.ts';

/** The address of the deployed approvals, without a trailing slash: as given, or by PAGE_URL. Throws `BadArguments`. */
export function siteOf(url: string | undefined): string {
  const site = url ?? readEnvironment().pageUrl;
  if (site === null)
    throw new BadArguments(
      '--url: give the address of the approvals, as every message about a change has it, or set PAGE_URL',
    );
  return site.replace(/\/+$/, '');
}

/** One request signed with the caller's AWS credentials. Throws `BadArguments` for a refusal: it is the caller's to mend, one line a reason. */
export async function ask<Answer>(method: 'GET' | 'POST', url: string, body?: object): Promise<Answer> {
  const { status, body: answer } = await wireSignedRequest()(method, url, body);
  if (status >= 200 && status < 300) return answer as Answer;
  const { message, refusals } = (typeof answer === 'object' && answer !== null ? answer : {}) as {
    readonly message?: string;
    readonly refusals?: readonly { readonly detail: string; readonly field?: string }[];
  };
  const why =
    refusals?.map(({ detail, field }) => (field ? `--${field}: ${detail}` : detail)).join('\n') ??
    message ??
    String(answer).slice(0, 200);
  throw new BadArguments(`${visibleText(why)} (${status})`);
}
