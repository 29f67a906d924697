import {
  type SignatureProblem,
  type SignedSlackRequest,
  signatureProblem,
  unsigned,
} from '../core/base/slack-signature.ts';
import { isOfTeam } from '../core/change/deciding/in-slack.ts';
import { sayingView } from '../core/message/slack/modal-kit.ts';
import { interactionIn, type SlackInteraction } from '../core/message/slack/slack-interaction.ts';
import { decideInSlack, reviewInSlack, type SlackDecisionPorts } from '../flow/decide-in-slack.ts';

/** What answering Slack needs. */
export interface SlackAppPorts extends SlackDecisionPorts {
  /** The secret of the app; in doubt one that was read a moment ago. */
  readonly signingSecret: (isDoubted: boolean) => Promise<string>;
  /** Opens a modal for whoever pressed a button and answers its id; null: another attempt has opened it. */
  readonly openView: (triggerId: string, view: object) => Promise<string | null>;
  /** Puts another modal in the place of an open one. */
  readonly updateView: (viewId: string, view: object) => Promise<void>;
  /** Hears of a request that was refused before anything was looked up; no word of it is told. */
  readonly onRefused: (why: Refused) => void;
  /** Hears of an error that was answered with 500: Slack tells the person that it did not work. */
  readonly onError: (error: unknown) => void;
}

/** Why a request was refused before anything was looked up. */
export type Refused = SignatureProblem | 'NO_POST' | 'TOO_LONG' | 'UNREADABLE' | 'OTHER_TEAM';

/** Bytes of a body that are read: Slack sends the whole message or modal back, and a form takes up to three bytes for each. */
const bodyBytes = 512 * 1024;

const statuses: Readonly<Record<Refused, number>> = {
  NO_POST: 405,
  TOO_LONG: 413,
  UNSIGNED: 401,
  TOO_OLD: 401,
  WRONG_SIGNATURE: 401,
  UNREADABLE: 400,
  OTHER_TEAM: 403,
};

/** Answers one request of Slack: nothing of it is read before its signature over the raw body holds, and nothing but the signed user names a person. */
export async function answerSlack(ports: SlackAppPorts, request: Request): Promise<Response> {
  try {
    const read = await readInteraction(ports, request);
    if ('refused' in read) {
      ports.onRefused(read.refused);
      // Whoever did not sign learns nothing, not even what is wrong.
      return answer(statuses[read.refused], null);
    }
    return answer(200, await carryOut(ports, read.interaction));
  } catch (error) {
    ports.onError(error);
    return answer(500, null);
  }
}

type Reading = { readonly refused: Refused } | { readonly interaction: SlackInteraction };

async function readInteraction(ports: SlackAppPorts, request: Request): Promise<Reading> {
  if (request.method !== 'POST') return { refused: 'NO_POST' };
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.byteLength > bodyBytes) return { refused: 'TOO_LONG' };
  const signed = {
    timestamp: request.headers.get('x-slack-request-timestamp'),
    signature: request.headers.get('x-slack-signature'),
    body,
  };
  const now = ports.clock.now();
  const problem = unsigned(signed, now) ?? (await wrongSignature(ports, signed, now));
  if (problem !== null) return { refused: problem };
  const interaction = interactionIn(Buffer.from(body).toString('utf8'));
  if (interaction === null) return { refused: 'UNREADABLE' };
  const { slack } = ports.configuration;
  const isForeign = interaction.type !== 'other' && !isOfTeam(interaction.person, slack?.teamId);
  return isForeign ? { refused: 'OTHER_TEAM' } : { interaction };
}

/** The secret may have been rotated since it was read: a signature is wrong only by one that is fresh. */
async function wrongSignature(
  { signingSecret }: SlackAppPorts,
  signed: SignedSlackRequest,
  now: number,
): Promise<SignatureProblem | null> {
  const secret = await signingSecret(false);
  const problem = signatureProblem(signed, secret, now);
  if (problem === null) return null;
  const fresh = await signingSecret(true);
  return fresh === secret ? problem : signatureProblem(signed, fresh, now);
}

/** The body of the answer; null: none. An empty one lets a modal close. */
async function carryOut(ports: SlackAppPorts, interaction: SlackInteraction): Promise<object | null> {
  switch (interaction.type) {
    case 'review':
      await openReview(ports, interaction);
      return null;
    case 'decide': {
      const answered = await decideInSlack(ports, interaction);
      return answered.type === 'mend'
        ? { response_action: 'errors', errors: answered.errors }
        : { response_action: 'update', view: answered.view };
    }
    case 'other':
      return null;
  }
}

/** A trigger lives for three seconds: the modal is opened before anything is read, and filled then. */
async function openReview(
  ports: SlackAppPorts,
  pressed: Extract<SlackInteraction, { readonly type: 'review' }>,
): Promise<void> {
  const reading = reviewInSlack(ports, pressed).then(
    (view) => ({ view, error: null }),
    (error: unknown) => ({ view: notNow, error }),
  );
  const viewId = await ports.openView(pressed.triggerId, opening);
  const { error, view } = await reading;
  const showing = viewId === null ? Promise.resolve() : ports.updateView(viewId, view);
  // Why the change could not be read is what the log has to say, whether the person could be told or not.
  if (error !== null) {
    await showing.catch(() => undefined);
    throw error;
  }
  await showing;
}

const opening = sayingView('Review a change', ['The change is being read …']);
const notNow = sayingView('Not possible right now', [
  'Nothing was recorded. Press Review again in a moment.',
]);

function answer(status: number, body: object | null): Response {
  const headers = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  return body === null ? new Response('', { status, headers }) : Response.json(body, { status, headers });
}
