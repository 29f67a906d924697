import type { InboxMessage } from './inbox-message.ts';
import { renderInboxPage } from './inbox-page.ts';
import type { WireRequest, WireResponse } from './service.ts';

/** Everything that reached the sandbox as a message, oldest first. */
export interface Inbox {
  /** Adds a message; the time of arrival is set here. */
  record(message: Omit<InboxMessage, 'sentAt'>): void;
  /** A copy of what arrived so far, oldest first. */
  listMessages(): readonly InboxMessage[];
  /** `GET /inbox` as a page, or as JSON where the caller accepts `application/json`; null for any other request. */
  answerInbox(request: WireRequest): WireResponse | null;
}

/** An empty inbox; `now` gives the time that messages arrive at. */
export function createInbox(now: () => Date): Inbox {
  const messages: InboxMessage[] = [];
  return {
    record: (message) => {
      messages.push({ ...message, sentAt: now().toISOString() });
    },
    listMessages: () => [...messages],
    answerInbox: (request) => answerInbox(messages, request),
  };
}

function answerInbox(messages: readonly InboxMessage[], request: WireRequest): WireResponse | null {
  const path = request.url.split('?', 1)[0];
  if (path !== '/inbox' && path !== '/inbox/') return null;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return {
      status: 405,
      headers: { allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' },
      body: 'The inbox can only be read.\n',
    };
  }
  const wantsJson = String(request.headers.accept ?? '').includes('application/json');
  const body = wantsJson ? JSON.stringify(messages.map(publicFields)) : renderInboxPage(messages);
  return {
    status: 200,
    headers: {
      'content-type': wantsJson ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      vary: 'Accept',
      ...(wantsJson ? {} : PAGE_HEADERS),
    },
    body: request.method === 'HEAD' ? '' : body,
  };
}

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

function publicFields({ channel, to, subject, text, sentAt }: InboxMessage) {
  return { channel, to, subject, text, sentAt };
}
