import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeMail } from '../../core/message/mails/change-mail.ts';
import { digestMail } from '../../core/message/mails/digest-mail.ts';
import { digestSlackMessage } from '../../core/message/slack/digest-slack.ts';
import type { QNotification } from '../../core/message/slack/q-kit.ts';
import { qDigest, qNotification } from '../../core/message/slack/q-notification.ts';
import { reviewView } from '../../core/message/slack/review-view.ts';
import { closedSlackMessage, slackMessage } from '../../core/message/slack/slack-blocks.ts';
import { decidedElsewhere, refusedInSlack } from '../../core/message/slack/slack-refusals.ts';
import {
  expiredMail,
  expiredNotification,
  expiredSlackMessage,
} from '../../core/message/telling/expired-digest.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import type { NoticeKind } from '../../core/message/views/notice-kind.ts';
import { bodiesUntil, lived } from '../change/lives.ts';
import { proposal } from '../change/samples.ts';
import { peopleConfiguration, sampleChange, viewOf } from '../message/sample-view.ts';
import { reviewedStory } from '../support/iam-changes.ts';

const numRuns = process.env.LONG ? 3_000 : 60;

const url = 'https://approve.example.com/changes/chg-0123456789ab?token=k3Jx';
const to = { name: 'Ana Diaz', email: 'ana@example.com' };
const kinds: readonly NoticeKind[] = [
  'decide',
  'question',
  'approved',
  'applied',
  'denied-access',
  'superseded',
];

/** What a name may hold that a chat or mail program takes for more than a name. */
const markup = fc.constantFrom(
  ...['<https://evil.example/|Review and decide>', '<!here>', '<!channel>', '<@U0ANA>', '<#C0ALL|all>'],
  ...[
    'https://evil.example/x',
    'http：／／evil．example',
    'www.evil.example',
    'evil.example',
    'evil。example',
    'evil.com',
    'evil.co.uk',
    'evil.xyz',
    'evil.中国',
    'bucket.s3.amazonaws.com',
    'lambda.amazonaws.com.evil.example',
  ],
  ...['mailto:ana@evil.example', 'ana@evil.example', '[Review](https://evil.example)', '&lt;!here&gt;'],
  ...['*', '_', '~', '`', '```', '<', '>', '|', '&', '\n', ' ', '\u202e', '\u200b', 'dev', 'sandbox 7'],
);
const forged = fc.array(markup, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

/** What we or AWS's own formats give, and what code is chosen by. */
const ours: ReadonlySet<string> = new Set([
  ...[
    'id',
    'digest',
    'shortDigest',
    'baseDigest',
    'reviewId',
    'askBack',
    'status',
    'level',
    'kind',
    'verdict',
  ],
  ...['sign', 'type', 'whole', 'noun'],
]);

/** The same with this name wherever somebody else's words may stand. */
function withName<Value>(value: Value, name: string, key = ''): Value {
  if (typeof value === 'string') return (ours.has(key) ? value : name) as Value;
  if (Array.isArray(value)) return value.map((each) => withName(each, name, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, each]) => [field, withName(each, name, field)]),
  ) as Value;
}

const [identityChange] = reviewedStory('martha').changes;
if (!identityChange) throw new Error('no change of IAM');
const views: readonly ChangeView[] = [
  viewOf(sampleChange(4)),
  viewOf(sampleChange(4, {}, bodiesUntil('applied'))),
  viewOf(lived(proposal({ ...identityChange, requiredApprovals: 1 }), [])),
].map((view) => ({
  ...view,
  ...{ note: 'note', whyRevised: 'why', riskReasons: ['1 young account: dev-1'], choice: ['chosen'] },
}));

/** Every text of a message that Slack reads as mrkdwn. */
function marksIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { text, type } = value as { readonly text?: unknown; readonly type?: unknown };
  const own = typeof text === 'string' && type !== 'plain_text' ? [text] : [];
  return [...own, ...Object.values(value).flatMap(marksIn)];
}

function textsOf({ content, metadata }: QNotification): readonly string[] {
  const { description, keywords, nextSteps, title } = content;
  return [title, description, metadata.summary, ...nextSteps, ...keywords];
}

const address =
  /[:：][/／]{2}|\bwww\.|[\p{L}\p{N}][.。．](?:example|com|uk|xyz|中国|\p{L}*[^\p{ASCII}\P{L}])(?!\p{L})|\S@\S|\bmailto:/u;

/** A name right below amazonaws.com is a host of AWS itself: what is left of a name that was cut may show it. */
function withoutService(text: string): string {
  return text.replace(/(?<!\w|\w\.)[\w-]+\.amazonaws\.com(?![.\w]\w)/g, '');
}

function expectOurMarksAlone(texts: readonly string[]): void {
  for (const text of texts) {
    const rest = text
      .replace(/<!date\^\d+\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/g, '')
      .replaceAll(/<https:\/\/approve\.example\.com\/[^|>]*\|[\w ]+>/g, '');
    expect(rest).not.toMatch(/[<>]/);
    // Slack and Amazon Q make no link of what stands in a code span.
    expect(withoutService(rest.replace(/(?<!\u200b)(?:```[^`]*```|`[^`]*`)/g, ''))).not.toMatch(address);
  }
}

function expectOurLinkAlone({ subject, text }: { readonly subject: string; readonly text: string }): void {
  const rest = text.split('\n').filter((line) => line !== url);
  expect(withoutService(subject)).not.toMatch(address);
  expect(withoutService(rest.join('\n').replaceAll(to.email, ''))).not.toMatch(address);
}

describe('no name makes a link, a mention or a broadcast', () => {
  test('in Slack and in channels of Amazon Q', () => {
    fc.assert(
      fc.property(
        forged,
        fc.nat({ max: views.length - 1 }),
        fc.constantFrom(...kinds),
        (name, index, kind) => {
          const view = withName(views[index] as ChangeView, name);
          const question = { view, url };
          const refusals = [{ code: 'WRONG_FIELD', detail: name }] as const;
          const slack = [
            slackMessage({ kind, view, url }),
            closedSlackMessage(view, view.revision),
            digestSlackMessage([question]),
            expiredSlackMessage([question]),
            reviewView({ view, reader: { name, hint: name } }),
            refusedInSlack(refusals, view),
            decidedElsewhere(view, peopleConfiguration()),
          ];
          expectOurMarksAlone(slack.flatMap(marksIn));
          const q = [qNotification(kind, view), qDigest([question]), expiredNotification([question])];
          expectOurMarksAlone(q.flatMap(textsOf));
        },
      ),
      { numRuns },
    );
  });

  test('in mails', () => {
    fc.assert(
      fc.property(
        forged,
        fc.nat({ max: views.length - 1 }),
        fc.constantFrom(...kinds),
        (name, index, kind) => {
          const view = withName(views[index] as ChangeView, name);
          expectOurLinkAlone(changeMail({ kind, view, to, url }));
          expectOurLinkAlone(digestMail([{ view, url }], to));
          expectOurLinkAlone(expiredMail([{ view }]));
        },
      ),
      { numRuns },
    );
  });
});
