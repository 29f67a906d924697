import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderIdentitiesMarkdown } from '../../cli/render/identities-markdown.ts';
import { identitiesReport } from '../../web/identities/report.ts';
import { identityEvidenceSection } from '../../web/pages/identity-sections.ts';
import { lived } from '../change/lives.ts';
import { proposal } from '../change/samples.ts';
import { viewOf } from '../message/sample-view.ts';
import { reviewedStory } from '../support/iam-changes.ts';
import { openSite, type Site } from './site.ts';

const evil = '<script>alert(1)<img src=x onerror=alert(1)>"\'&<!channel>*_~`\u202Egnp.exe\u200B';
/** The story with names that a stranger chose: of a user, a group and a policy. */
const renamed = (text: string): string =>
  text.replace(/nikhilj|security-team|App-Dev-ElasticTranscoder/g, (name) =>
    JSON.stringify(`${name}${evil}`).slice(1, -1),
  );
const plain = (html: string): string =>
  html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the page of a change of kind iam', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite({});
  });
  afterAll(() => site.close());
  const shown = async (content: object): Promise<string> => {
    const change = await site.put(content);
    const token = await site.link(change.record.id, 'ana');
    const page = await site.get(`/changes/${change.record.id}?token=${token}`);
    expect(page.status).toBe(200);
    return page.text;
  };

  test('says who loses what, who keeps what, why, in which steps, and how to get it back', async () => {
    const [leaves, deletes] = reviewedStory('martha').changes;
    const text = plain(await shown(leaves ?? {}));
    for (const sentence of [
      'Take user nikhilj out of group security-team',
      'Detach IAMFullAccess from user nikhilj',
      'Why this edit, and not another',
      'Who uses a service by another path keeps that path',
      'To confirm, type dev-1',
      'Everybody else in the account keeps what they have',
      'How to get it back Everything that this change wrote is put back as it was',
      'No policy text changes',
      'It changes the permissions of somebody who may administer the account',
    ])
      expect(text).toContain(sentence);
    expect(text).toMatch(
      /user\/nikhilj iam , organizations , cloudtrail nothing (ec2 , autoscaling|autoscaling , ec2)/,
    );
    expect(text).not.toMatch(/SCP|inherit|[Ee]xempt (?!respected)/);
    expect(plain(await shown(deletes ?? {}))).toMatch(
      /Delete policy App-Dev-ElasticTranscoder\. Whole text before, exactly as it was read/,
    );
  });

  test('names of users, groups and policies never become markup, in no page and no report', async () => {
    const { changes, result } = reviewedStory('martha', renamed);
    const pages = [identitiesReport(result)];
    for (const change of changes) pages.push(await shown(change));
    expect(pages).toHaveLength(3);
    for (const page of pages) {
      expect(page).not.toMatch(/<script|<img|<!channel|\sonerror=(?!alert\(1\)&gt;)/i);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing may turn the reading direction.
      expect(page).not.toMatch(/[\u0007\u202E\u200B]/);
      expect(page).toContain('⟨U+202E⟩');
      expect(page.match(/<h1/g)).toHaveLength(1);
    }
  });
});

test('a report names whole services, services in part and single actions that one edit takes', () => {
  const { result } = reviewedStory('martha');
  const [change] = result.changes;
  if (!change) throw new Error('there is no change');
  const effects = change.effects.map((each) => {
    return { ...each, loses: each.loses.filter((name) => name !== 'iam'), narrowed: ['iam'] };
  });
  const mixed = {
    ...result,
    changes: [{ ...change, actions: ['cloudtrail:LookupEvents', 's3:GetAccessPoint'], effects }],
  };
  expect(plain(identitiesReport(mixed))).toMatch(
    /What is taken away organizations cloudtrail In part: iam Single actions: cloudtrail:LookupEvents, s3:GetAccessPoint/,
  );
  expect(renderIdentitiesMarkdown(mixed)).toContain(
    '- Takes away: `cloudtrail`, `organizations`, `iam` in part, `cloudtrail:LookupEvents`, `s3:GetAccessPoint`',
  );
});

test('a report counts a service of which single actions are unused as one in part, and names the account', () => {
  const { result } = reviewedStory('nikki');
  const [subject] = result.subjects;
  if (!subject) throw new Error('there is no subject');
  const two = [subject, { ...subject, arn: `${subject.arn}Two`, name: 'Two' }];
  const page = identitiesReport({ ...result, subjects: two });
  expect(plain(page)).toMatch(/role PaymentAppTestRole 0 of 1, 1 in part 1 none/);
  expect(page).toContain(`<h1>2 identities of account ${result.accountId}</h1>`);
});

test('the page of a quarantine names the role as its own last user', () => {
  const [change] = reviewedStory('roles').changes;
  if (!change) throw new Error('there is no change');
  const view = viewOf(lived(proposal(change), []));
  if (!view.told.identities) throw new Error('it is no change of IAM');
  expect(plain(String(identityEvidenceSection(view, view.told.identities)))).toMatch(
    /every service \d{4}-\d\d-\d\d , 91 days ago role\/forgotten/,
  );
});
