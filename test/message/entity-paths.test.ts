import { describe, expect, test } from '@jest/globals';
import { renderCsv } from '../../cli/render/csv.ts';
import { renderMarkdown } from '../../cli/render/markdown.ts';
import { renderReview } from '../../cli/render/review.ts';
import { changeMail } from '../../core/message/mails/change-mail.ts';
import { qNotification } from '../../core/message/slack/q-notification.ts';
import { slackMessage } from '../../core/message/slack/slack-blocks.ts';
import { reviewMessage } from '../../core/message/telling/review-message.ts';
import type { NoticeKind } from '../../core/message/views/notice-kind.ts';
import { buildTree, entityOf } from '../../core/organization/organization.ts';
import { review } from '../../core/review/review.ts';
import { resultOf } from '../../core/review/review-result.ts';
import { reportPage } from '../../web/report/report.ts';
import subjects from '../cases/message/subjects.json' with { type: 'json' };
import { lived } from '../change/lives.ts';
import { proposal } from '../change/samples.ts';
import { sampleFinding } from '../cli/sample-result.ts';
import { fullAccess, now, policy, reportOf, reviewOf, target } from '../support/small-world.ts';
import { sampleChange, viewOf } from './sample-view.ts';

const ana = { name: 'Ana Diaz', email: 'ana@example.com' };
const account = (id: string, name: string, parentId: string) => ({
  ...{ id, name, parentId, state: 'ACTIVE' as const, joinedAt: 0 },
});

/** Retail and Banking have an OU Prod each; Retail's own SCP is attached to its Prod. */
const tree = buildTree({
  ...{ id: 'o-testorgid1', managementAccountId: '111111111111', root: { id: 'r-test', name: 'Root' } },
  organizationalUnits: [
    { id: 'ou-retail', name: 'Retail', parentId: 'r-test' },
    { id: 'ou-banking', name: 'Banking', parentId: 'r-test' },
    { id: 'ou-retail-prod', name: 'Prod', parentId: 'ou-retail' },
    { id: 'ou-banking-prod', name: 'Prod', parentId: 'ou-banking' },
  ],
  accounts: [
    account('222222222221', 'main', 'ou-retail-prod'),
    account('222222222222', 'main', 'ou-banking-prod'),
  ],
});
const text = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['lex:*'], Resource: '*' }] };
const { facts, request } = reviewOf(tree, {
  policies: [
    fullAccess(tree),
    policy('p-retailallow', text, [target(tree, 'ou-retail-prod')]),
    policy('p-bankingdeny', text, [target(tree, 'ou-banking-prod')]),
  ],
  reports: ['r-test', 'ou-retail', 'ou-banking', 'ou-retail-prod', 'ou-banking-prod'].map((id) =>
    reportOf(tree, id, [{ accountId: '222222222221', service: 'lex', at: now - 200 * 86_400_000 }], ['lex']),
  ),
});
const decided = review(facts, request);
const result = resultOf(decided, facts, request, {
  reportJobs: 2,
  apiCalls: {},
  throttled: 0,
  durationMs: 1,
});

describe('two OUs of one name', () => {
  test('are confirmed by their paths', () => {
    expect(decided.changes.map(({ confirm }) => confirm).sort()).toEqual(['Banking / Prod', 'Retail / Prod']);
    expect(result.changes.flatMap(({ targets }) => targets)).toContainEqual({
      ...{ id: 'ou-retail-prod', type: 'ou', name: 'Prod', shortPath: 'Retail / Prod' },
    });
    expect(decided.changes.flatMap(({ choice }) => choice).join(' ')).not.toMatch(/(?<! \/ )Prod \(/);
  });

  test.each(decided.changes.map((change) => [change.confirm, change] as const))(
    'are told apart in every message: %s',
    (path, content) => {
      const view = viewOf(lived(proposal(content), []));
      const { subject, text: body } = changeMail({ kind: 'decide', view, to: ana, url: null });
      expect(subject).toContain(` in ${path} (1 account)`);
      expect(body).toMatch(new RegExp(`^WHERE +${path} \\(`, 'm'));
      expect(body).toMatch(/^WHAT .* in \w+ \/ Prod/m);
      const slack = slackMessage({ kind: 'decide', view, url: null });
      expect(slack.text).toContain(path);
      expect(JSON.stringify(slack.blocks)).toContain(`*Where*\\n${path} `);
      const { description, title } = qNotification('decide', view).content;
      expect(title).toContain(path);
      expect(description).toContain(`*Where* ${path} `);
    },
  );

  test('are told apart in every form of a review', () => {
    const shown = [
      renderReview(result, { columns: 100, colour: false }),
      renderMarkdown(result),
      reportPage(result),
      reviewMessage(result, { current: [], found: [], resolved: [] }, tree).text,
    ];
    for (const form of shown) {
      expect(form).toContain('Retail / Prod');
      expect(form).toContain('Banking / Prod');
    }
    const names = new Map(tree.accounts.map(({ id }) => [id, entityOf(tree, id).shortPath]));
    const finding = sampleFinding({ entityId: 'ou-retail-prod', lastAccessedEntityPath: 'o/222222222222' });
    expect(renderCsv({ ...result, findings: [finding] }, names)).toMatch(
      /"Retail \/ Prod","Banking \/ Prod \/ main",/,
    );
    expect(renderReview(result, { columns: 100, colour: false })).not.toMatch(/(?<! \/ )Prod \(/);
  });
});

test('why nothing is proposed is said once, where all refusals say the same', () => {
  const because = 'the mode is observe: nothing is proposed until the configuration says approve';
  const refusal = { code: 'DEFERRED', detail: because } as const;
  const observed = { ...result, changes: [], refusals: [refusal, refusal] };
  const { text: body } = reviewMessage(observed, { current: [], found: [], resolved: [] }, tree);
  expect(body.replace(/\s+/g, ' ')).toContain(`(DEFERRED): 2, ${because}`);
  const other = { ...refusal, detail: 'at most 10 changes a review' };
  const { text: mixed } = reviewMessage(
    { ...observed, refusals: [refusal, other] },
    { current: [], found: [], resolved: [] },
    tree,
  );
  expect(mixed).not.toContain('observe');
});

describe('subjects', () => {
  const subjectOf = (entity: string, kind: NoticeKind = 'applied'): string => {
    const view = viewOf(sampleChange(7, { entity }));
    return changeMail({ kind, view, to: ana, url: null }).subject.replace(`(${view.id.slice(-4)} `, '(ID ');
  };

  test.each(subjects)('$title', ({ name, subject }) => {
    expect(subjectOf(name).replace('(ID ', '(d299 ').length).toBeLessThan(100);
    expect(subjectOf(name)).toBe(subject);
  });

  test('however long title and name are, the id of the change stays and both ends of the name are seen', () => {
    const kinds: readonly NoticeKind[] = ['decide', 'reminder', 'approval', 'drift', 'interrupted'];
    for (const kind of kinds) {
      const subject = subjectOf(`North ${'x'.repeat(120)} South`, kind);
      expect(subject).toMatch(/ in North x+\.\.\.x+ South(?: \(2 accounts\))? \(ID r1\)$/);
      expect(subject.length + 2).toBeLessThan(100);
    }
  });
});
