import type { Context, Hono } from 'hono';
import type { DecisionInput } from '../core/change/deciding/decision-fields.ts';
import { pastedToken } from '../core/change/links/pasted.ts';
import type { GiveBackInput } from '../flow/give-back.ts';

/** Bytes of a body that are read: every service of a change and a reason, of which each character takes up to nine bytes in a form. */
const bodyBytes = 64 * 1024;

/** A body that was read, or why it is refused before anything is looked up: an HTTP status and a sentence. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: 400 | 403 | 413 | 415 | 422; readonly detail: string };

/** Whether a text looks like the id of a change: nothing else is looked up. */
export function isChangeId(text: string): boolean {
  return /^chg-[0-9a-f]{12}$/.test(text);
}

/** The token in the address of a request, however its link was mangled on the way here; an empty text where there is none. */
export function tokenOf({ req }: Context): string {
  const [, value = ''] = /[?&](?:amp;)?token(?:=|%3D)([^&]*)/i.exec(req.url) ?? [];
  return pastedToken(value.replaceAll('+', ' '));
}

const single = ['token', 'digest', 'decision', 'confirm', 'reason', 'until', 'to'] as const;
const repeated = ['services', 'groups', 'keep', 'accept'] as const;

/**
 * Reads the form that one of our own pages sends. `pageUrl` is where the pages are reached if that is not the host asked.
 * The token in the form is what proves the person; what another site sends is refused all the same.
 */
export async function readForm(context: Context, pageUrl: string | null): Promise<Read<URLSearchParams>> {
  if (isFromElsewhere(context, pageUrl)) {
    return no(403, 'The form was sent from another site. Open the link of the message instead.');
  }
  if (mediaType(context) !== 'application/x-www-form-urlencoded') return no(415, 'A form is expected.');
  const body = await readText(context);
  if (!body.ok) return body;
  if (/%(?![0-9A-Fa-f]{2})/.test(body.value))
    return no(400, 'The form is damaged: send it again from its page.');
  const form = new URLSearchParams(body.value);
  const twice = single.find((name) => form.getAll(name).length > 1);
  return twice ? no(400, `The form gives ${twice} twice.`) : { ok: true, value: form };
}

/** Reads a JSON object; no body is an empty one. */
export async function readJsonObject(context: Context): Promise<Read<Readonly<Record<string, unknown>>>> {
  if (mediaType(context) !== 'application/json') return no(415, 'content-type: application/json is expected');
  const body = await readText(context);
  if (!body.ok) return body;
  const parsed = parseObject(body.value === '' ? '{}' : body.value);
  return parsed === null ? no(400, 'a JSON object is expected') : { ok: true, value: parsed };
}

/** Reads a JSON object of the fields that a decision knows; whatever else it says, an actor among it, is left aside. */
export async function readJson(
  context: Context,
): Promise<Read<DecisionInput & Pick<GiveBackInput, 'days' | 'principals'>>> {
  const read = await readJsonObject(context);
  if (!read.ok) return read;
  const parsed = read.value;
  const input: Record<string, unknown> = {};
  for (const name of [...single, 'days']) {
    const value = parsed[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') return no(422, `${name}: a text is expected`);
    input[name] = value;
  }
  for (const name of [...repeated, 'principals']) {
    const value = parsed[name];
    if (value === undefined || value === null) continue;
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string'))
      return no(422, `${name}: a list of texts is expected`);
    input[name] = value;
  }
  return { ok: true, value: input };
}

/** The fields that a decision knows, as a form gives them. */
export function inputOf(form: URLSearchParams): DecisionInput {
  const input: Record<string, string | readonly string[]> = {};
  for (const name of single) {
    const value = form.get(name);
    if (value !== null) input[name] = value;
  }
  for (const name of repeated) input[name] = form.getAll(name);
  // One button says that the proposal is narrowed and what it keeps: without script it can send one field alone.
  const [, kept] = /^narrow:(.+)$/.exec(form.get('decision') ?? '') ?? [];
  return kept === undefined ? input : { ...input, decision: 'narrow', keep: [kept] };
}

/** Answers what no route of the program's side answers: by path, which methods there are. */
export function refuseOtherMethods(app: Hono, allowedAt: Readonly<Record<string, string>>): void {
  for (const [path, allowed] of Object.entries(allowedAt))
    app.all(path, (context) => context.json({ message: `use ${allowed}` }, 405, { Allow: allowed }));
}

function isFromElsewhere({ req }: Context, pageUrl: string | null): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = req.header('origin');
  if (origin === undefined) return false;
  // A browser that hides the origin still says that the site is the same.
  if (origin === 'null') return site !== 'same-origin';
  const host = hostOf(origin);
  return host === null || (host !== req.header('host') && host !== hostOf(pageUrl ?? ''));
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}

function mediaType({ req }: Context): string | undefined {
  return req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
}

async function readText({ req }: Context): Promise<Read<string>> {
  if (Number(req.header('content-length') ?? '0') > bodyBytes) return no(413, 'The body is too long.');
  const bytes = await req.arrayBuffer();
  if (bytes.byteLength > bodyBytes) return no(413, 'The body is too long.');
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return no(400, 'The body is not UTF-8.');
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

function no(
  status: 400 | 403 | 413 | 415 | 422,
  detail: string,
): { readonly ok: false; readonly status: typeof status; readonly detail: string } {
  return { ok: false, status, detail };
}
