import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkNames, identityCheckNames } from '../../core/base/check-names.ts';
import { digestSlackMessage } from '../../core/message/slack/digest-slack.ts';
import { type SlackInput, type SlackView, sayingView } from '../../core/message/slack/modal-kit.ts';
import { hasReviewButton } from '../../core/message/slack/review-button.ts';
import { reviewView } from '../../core/message/slack/review-view.ts';
import { slackMessage } from '../../core/message/slack/slack-blocks.ts';
import { interactionIn } from '../../core/message/slack/slack-interaction.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { checkBlocks } from '../../sandbox/slack-blocks.ts';
import { checkView, stateOf } from '../../sandbox/slack-views.ts';
import { bodiesUntil, lived } from '../change/lives.ts';
import { proposal } from '../change/samples.ts';
import { anyText } from '../support/any-text.ts';
import { reviewedStory } from '../support/iam-changes.ts';
import { peopleConfiguration, sampleChange, viewOf } from './sample-view.ts';

const reader = { name: 'Ana Diaz', hint: null };
const shown = (view: ChangeView): SlackView => reviewView({ view, reader });
const inputs = (view: SlackView): readonly SlackInput[] =>
  view.blocks.filter((block): block is SlackInput => block.type === 'input');

describe('the modal of a change', () => {
  test.each([1, 5, 50, 400])(
    'of %i services keeps to what Slack takes, and says how many more there are',
    (count) => {
      const view = shown(viewOf(sampleChange(count)));
      expect(checkView(view)).toEqual([]);
      const words = JSON.stringify(view);
      if (count > 5) expect(words).toContain(`+ ${count - 5} more on the page`);
      expect(words).not.toContain('token');
      expect(JSON.stringify(view).length).toBeLessThan(20_000);
    },
  );

  test.each(['martha', 'paulo', 'nikki'] as const)(
    'inside an account, as in the story of %s, does too',
    (name) => {
      for (const content of reviewedStory(name).changes) {
        const view = shown(viewOf(lived(proposal({ ...content, requiredApprovals: 1 }), [])));
        expect(checkView(view)).toEqual([]);
        expect(view.title.text).toBe('Review IAM change');
      }
    },
  );

  test('carries to itself which text was read, and nothing that gives a right', () => {
    const change = viewOf(sampleChange(2));
    const { id, digest, revision } = change;
    expect(JSON.parse(shown(change).private_metadata ?? '')).toEqual({ change: id, digest, revision });
  });

  test('asks for the same as the page, with nothing chosen and everything to be typed', () => {
    const view = shown({ ...viewOf(sampleChange(2)), mustAccept: ['regions'] });
    expect(inputs(view).map(({ block_id }) => block_id)).toEqual([
      ...['decision', 'accept', 'reason', 'until', 'confirm'],
    ]);
    expect(inputs(view).flatMap(({ block_id, optional }) => (optional ? [] : [block_id]))).toEqual([
      ...['decision', 'confirm'],
    ]);
    expect(JSON.stringify(view)).not.toContain('initial_');
    expect(inputs(view).at(-1)?.label.text).toBe('To confirm, type Development');
  });

  test('every check that there is can be accepted', () => {
    const mustAccept = [...new Set([...checkNames, ...identityCheckNames])];
    const view = shown({ ...viewOf(sampleChange(2)), mustAccept });
    expect(checkView(view)).toEqual([]);
    const offered = inputs(view).flatMap(({ block_id, element }) =>
      block_id.startsWith('accept') && 'options' in element ? element.options.map(({ value }) => value) : [],
    );
    expect(offered).toEqual(mustAccept);
  });

  test('names that strangers wrote break out of no text', () => {
    const nasty = fc.oneof(
      anyText,
      fc.constantFrom(
        '<!channel> <https://evil.example|Review>',
        '*bold* _x_ `code` ~s~\r\nhttps://evil.example',
        '‮egnp.exe',
        '&'.repeat(10_000),
        'x'.repeat(10_000),
      ),
    );
    fc.assert(
      fc.property(nasty, nasty, nasty, (entity, account, hint) => {
        const change = viewOf(sampleChange(7, { entity, account, policy: account }));
        const view = reviewView({ view: change, reader: { name: account, hint } });
        for (const made of [view, sayingView('Recorded', [`By ${entity}.`, `In ${account}.`])]) {
          expect(checkView(made)).toEqual([]);
          const marked = JSON.stringify(made.blocks, (_key, value) =>
            value?.type === 'plain_text' ? undefined : value,
          ).replaceAll(/<!date\^[^>]*>/g, '');
          expect(marked).not.toMatch(/[<>]/);
        }
      }),
      { numRuns: process.env.LONG ? 500 : 20 },
    );
  });
});

describe('what Slack sends back', () => {
  test('has every box that was ticked, of every list of them', () => {
    const mustAccept = [...new Set([...checkNames, ...identityCheckNames])];
    const view = shown({ ...viewOf(sampleChange(2)), mustAccept });
    const rest = { decision: 'approve', confirm: 'Development' };
    const entered = Object.fromEntries(
      inputs(view).flatMap(({ block_id, element }) =>
        block_id.startsWith('accept') && 'options' in element
          ? [[block_id, element.options.map(({ value }) => value)] as const]
          : [],
      ),
    );
    const payload = {
      ...{ type: 'view_submission', user: { id: 'U0ANA' } },
      view: { ...view, state: { values: stateOf(view as never, { ...entered, ...rest }) } },
    };
    const sent = interactionIn(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    expect(sent).toMatchObject({ type: 'decide', input: { accept: mustAccept, ...rest } });
  });

  test('decides nothing that the modal does not offer', () => {
    const view = shown(viewOf(sampleChange(2)));
    const chosen = { decision: { value: { selected_option: { value: 'exempt' } } } };
    const payload = {
      type: 'view_submission',
      user: { id: 'U0ANA' },
      view: { ...view, state: { values: chosen } },
    };
    const sent = interactionIn(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    expect(sent).toMatchObject({ type: 'decide', input: { decision: '' } });
  });
});

describe('the button in a message', () => {
  const view = viewOf(sampleChange(3));

  test('says which change and nothing else, in a message and in each part of a digest', () => {
    const message = slackMessage({ kind: 'decide', view, url: null, reviews: true });
    expect(checkBlocks(message.blocks)).toEqual([]);
    const button = { type: 'button', action_id: 'review', value: view.id };
    expect(message.blocks).toContainEqual({ type: 'actions', elements: [expect.objectContaining(button)] });
    const digest = digestSlackMessage([
      { view, url: null, reviews: true },
      { view, url: null },
    ]);
    expect(checkBlocks(digest.blocks)).toEqual([]);
    const accessories = digest.blocks.map((block) => 'accessory' in block && block.accessory);
    expect(accessories.filter(Boolean)).toEqual([expect.objectContaining(button)]);
  });

  test.each([
    ['of the bot that asks', 'decide', { by: 'bot', to: 'C1' }, 'low', [], true],
    ['of the bot that reminds', 'reminder', { by: 'bot', to: 'U1' }, 'medium', [], true],
    ['of the bot about a change of high risk', 'decide', { by: 'bot', to: 'U1' }, 'high', [], false],
    ['of the bot about something that happened', 'approval', { by: 'bot', to: 'U1' }, 'low', [], false],
    [
      'of the bot about what is decided',
      'reminder',
      { by: 'bot', to: 'U1' },
      'low',
      bodiesUntil('approved'),
      false,
    ],
    ['of a webhook, whose app may be another', 'decide', { by: 'webhook', place: 'x' }, 'low', [], false],
  ] as const)('a message %s: %s', (_name, kind, address, level, bodies, has) => {
    const { content, ...change } = sampleChange(2, {}, bodies);
    const record = { ...change, content: { ...content, risk: { level, flags: [] } } };
    const recipient = { id: 'x', channel: 'slack', approver: null, address } as const;
    const place = 'arn:aws:secretsmanager:us-east-1:111111111111:secret:slack/signing-AbCd12';
    const on = peopleConfiguration({ slack: { signingSecret: place } });
    expect(hasReviewButton(kind, recipient, record, on)).toBe(has);
    expect(hasReviewButton(kind, recipient, record, peopleConfiguration())).toBe(false);
  });

  test('is not there where nothing is decided in Slack', () => {
    expect(JSON.stringify(slackMessage({ kind: 'decide', view, url: null }))).not.toContain('button');
  });
});
