import { describe, expect, test } from '@jest/globals';
import type { EventBody } from '../../core/change/life/events.ts';
import { changeAnswer } from '../../core/message/events/iam-answers.ts';
import { changeMail } from '../../core/message/mails/change-mail.ts';
import { qNotification } from '../../core/message/slack/q-notification.ts';
import { slackMessage } from '../../core/message/slack/slack-blocks.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import type { NoticeKind } from '../../core/message/views/notice-kind.ts';
import { effectWords } from '../../core/message/words/identity-words.ts';
import { checkBlocks } from '../../sandbox/slack-blocks.ts';
import { bodiesUntil, lived } from '../change/lives.ts';
import { proposal } from '../change/samples.ts';
import { reviewedStory } from '../support/iam-changes.ts';
import { viewOf } from './sample-view.ts';

const ana = { name: 'Ana Diaz', email: 'ana@example.com' };
const url = 'https://approve.example.com/changes/chg-0123456789ab?token=k3Jx';
const failure = { code: 'TEXT_CHANGED', detail: 'edited by hand' };
const notices: readonly (readonly [NoticeKind, readonly EventBody[]])[] = [
  ['decide', []],
  ['approved', bodiesUntil('approved')],
  ['applied', bodiesUntil('applied')],
  ['apply-failed', [...bodiesUntil('apply-started'), { type: 'apply-failed', failure }]],
  ['superseded', [{ type: 'superseded', reason: failure }]],
  ['rolling-back', bodiesUntil('roll-back-requested')],
];
const martha = reviewedStory('martha').changes;
const changes = [...martha, ...reviewedStory('paulo').changes, ...reviewedStory('nikki').changes];
/** The same life for a change of so many steps. */
const ofEveryStep = (bodies: readonly EventBody[], steps: number): readonly EventBody[] =>
  bodies.flatMap((body) =>
    body.type === 'step-done'
      ? [
          body,
          ...Array.from({ length: steps - 1 }, (_, index): readonly EventBody[] => [
            { type: 'step-sending', step: index + 1 },
            { type: 'step-done', step: index + 1, policyId: null },
          ]).flat(),
        ]
      : [body],
  );
const viewsOf = (bodies: readonly EventBody[]): readonly ChangeView[] =>
  changes.map((content) =>
    viewOf(lived(proposal({ ...content, requiredApprovals: 1 }), ofEveryStep(bodies, content.steps.length))),
  );

describe('messages of a change of kind iam', () => {
  test.each(notices)('%s: subject, lines and blocks as they must be', (kind, bodies) => {
    for (const view of viewsOf(bodies)) {
      const mail = changeMail({ kind, view, to: ana, url: null });
      expect(mail.subject).toMatch(/^\[IAM\] [\x20-\x7e]{1,93}$/);
      expect(mail.subject).toContain(`(${view.id.slice(-4)} r1)`);
      for (const line of mail.text.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
      expect(mail.text).not.toMatch(/undefined|null|SCP|denied|inherit/);
      expect(checkBlocks(slackMessage({ kind, view, url }).blocks)).toEqual([]);
      const { description } = qNotification(kind, view).content;
      expect(description.length).toBeLessThan(8_000);
      expect(description).not.toMatch(/SCP|denied|inherit/);
    }
  });

  test('who loses what, who keeps what, the steps and what is to be known stand in every channel', () => {
    const [leaves] = viewsOf([]);
    if (!leaves) throw new Error('martha has no change');
    const says = 'user/nikhilj: loses iam, organizations and cloudtrail; keeps ec2 and autoscaling, as used';
    const flat = (text: string): string => text.replace(/\s+/g, ' ');
    expect(flat(changeMail({ kind: 'decide', view: leaves, to: ana, url }).text)).toContain(says);
    expect(JSON.stringify(slackMessage({ kind: 'decide', view: leaves, url }))).toContain(says);
    expect(qNotification('decide', leaves).content.description).toContain(says);
    expect(changeAnswer(leaves).identities?.steps).toEqual([
      'Take user nikhilj out of group security-team',
      'Detach IAMFullAccess from user nikhilj',
    ]);
    const [, deletes] = martha;
    const text = deletes
      ? changeMail({ kind: 'decide', view: viewOf(lived(proposal(deletes), [])), to: ana, url }).text
      : '';
    expect(flat(text)).toContain('its older versions cannot and stay in the evidence');
    expect(flat(text)).toContain(
      'it deletes App-Dev-ElasticTranscoder: a roll back makes it again, without its older versions',
    );
  });

  test('who loses nothing is told that he has the same by another path', () => {
    expect(effectWords({ arns: ['a'], loses: [], narrowed: [], keeps: ['s3'] })).toBe(
      'loses nothing: has the same by another path; keeps s3',
    );
    expect(effectWords({ arns: ['a'], loses: [], narrowed: ['ec2'], keeps: [] })).toBe(
      'loses a part of ec2, and keeps the rest of it',
    );
  });
});
