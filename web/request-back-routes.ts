import type { Context } from 'hono';
import { bindingOf, type CallerProof } from '../core/base/caller-proof.ts';
import type { RequestBackInput } from '../core/change/deciding/request-back.ts';
import { refusalStatus } from '../core/change/links/refusal.ts';
import { askedFor, type RequestBackAnswer } from '../core/message/events/request-back-answer.ts';
import { requestBack } from '../flow/request-back.ts';
import type { AppPorts } from './app-ports.ts';
import { readJsonObject } from './requests.ts';

/** Asking services back by AWS credentials of any account: AWS says who signed, before anything is looked up. */
export async function requestBackByProof(ports: AppPorts, id: string, context: Context): Promise<Response> {
  const read = await readJsonObject(context);
  if (!read.ok) return context.json({ message: read.detail }, read.status);
  const input = inputOf(read.value);
  const proof = proofOf(read.value.identity);
  if (input === null || proof === null)
    return context.json({ message: 'services, principals, reason and identity are expected' }, 422);
  const host = ports.pageUrl ? new URL(ports.pageUrl).host : (context.req.header('host') ?? '');
  const binding = bindingOf(host, askedFor(id, input));
  const arn = await ports.provenCaller.arnOf(proof, binding, ports.clock.now());
  if (!arn.ok) return context.json({ refusals: arn.reasons }, 403);
  const who = { type: 'principal', arn: arn.value } as const;
  const asked = await requestBack(ports, id, who, input, ports.configuration);
  if (!asked.ok) return context.json({ refusals: asked.reasons }, refusalStatus[asked.reasons[0].code]);
  const { content, state } = asked.value.record;
  const decideBy = state.status === 'proposed' ? new Date(state.expiresAt).toISOString() : null;
  return context.json({
    request: { changeId: content.id, services: [...content.services], status: state.status, decideBy },
  } satisfies RequestBackAnswer);
}

function inputOf(body: Readonly<Record<string, unknown>>): RequestBackInput | null {
  const { days, principals = [], reason = '', services = [] } = body;
  const isRight = areTexts(services) && areTexts(principals) && typeof reason === 'string';
  if (!isRight || (days !== undefined && typeof days !== 'string')) return null;
  return { services, principals, reason, ...(days === undefined ? {} : { days }) };
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function proofOf(value: unknown): CallerProof | null {
  if (typeof value !== 'object' || value === null) return null;
  const { authorization, date, token } = value as Readonly<Record<string, unknown>>;
  if (typeof authorization !== 'string' || typeof date !== 'string') return null;
  if (token === undefined) return { authorization, date };
  return typeof token === 'string' ? { authorization, date, token } : null;
}
