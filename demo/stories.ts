/** A story of the IAM side: what is played, what is asked, and where a reader looks further. */
export interface IdentityStory {
  readonly scenario: string;
  /** One line of the list. */
  readonly summary: string;
  /** What the person wants to know, before the review starts. */
  readonly opening: string;
  /** The event of the review; null: every account of the organization is reviewed, or single deletions are looked at. */
  readonly event: Readonly<Record<string, unknown>> | null;
  /** What of the configuration the story needs otherwise than by default. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** ARNs of what somebody is about to delete. */
  readonly checks?: readonly string[];
  /** Commands of `oar` that tell more of the same account, to be tried while the demo stays open. */
  readonly more: readonly string[];
}

/** The stories that `--story` plays, by name. */
export const identityStories = {
  paulo: {
    scenario: 'group-to-used-services',
    summary: 'a group that may use nearly everything is narrowed to the five services that its members use',
    opening:
      'Paulo runs the group Development. Its policy allows every service but IAM and Organizations. Which of them do its four members use?',
    event: { group: 'Development', thresholdDays: 90 },
    more: [
      'identities review --group Development --days 90 --format html --out reports',
      'identities explain --user ana --service lambda',
    ],
  },
  martha: {
    scenario: 'which-policy',
    summary: 'by which policies, direct or by group, a user comes by what he does not use',
    opening:
      'Martha sees that nikhilj may use IAM, CloudTrail, Route 53 and Elastic Transcoder and uses none of them. By which policy does each come, and whom else would it touch to take it away?',
    event: { user: 'nikhilj' },
    more: [
      'identities explain --user nikhilj --service iam',
      'identities check-delete arn:aws:iam::111111111111:policy/App-Dev-ElasticTranscoder',
    ],
  },
  arnav: {
    scenario: 'managed-policies',
    summary:
      'customer-managed policies that are attached: narrowed, detached and deleted, or kept for who uses them',
    opening:
      'Arnav looks after the customer-managed policies of the account. Which services does nobody use who bears them?',
    event: { all: true },
    more: [
      'identities review --policy ExampleMessaging',
      'identities check-delete arn:aws:iam::111111111111:policy/ExampleReports',
    ],
  },
  nikki: {
    scenario: 'action-level',
    summary: 'single actions: used, not accessed, not tracked, not permitted',
    opening:
      'Nikki asks of two roles which single actions of a service that is in use nobody attempts. What AWS does not track stays, because nobody can know.',
    event: { all: true, level: 'action' },
    more: [
      'identities review --role ExampleCorpQA --level action',
      'identities review --role PaymentAppTestRole --level action',
    ],
  },
  roles: {
    scenario: 'unused-roles',
    summary: 'roles that nobody uses, and a Deny that stops them with one step back',
    opening:
      'Which roles has nobody used for more than 60 days? None of them is deleted: a role made again under the same name is another one. A Deny of everything stops a role, and is taken back in one step.',
    event: { all: true, thresholdDays: 60, quarantine: true },
    // Judged as AWS Config judges roles by default, and below the least threshold of a review that proposes.
    configuration: {
      minimumThresholdDays: 60,
      breakGlass: ['arn:aws:iam::111111111111:role/breakglass-role'],
    },
    more: [
      "roles list --days 60 --whitelist '/breakglass-role|/security-*'",
      'identities review --role never-used --days 60 --quarantine',
      'identities check-delete arn:aws:iam::111111111111:role/never-used',
    ],
  },
  'before-deleting': {
    scenario: 'before-deleting',
    summary: 'what would break if a user, group, role or policy were deleted, and how to do it by hand',
    opening:
      'Somebody is about to tidy up by hand: a user who left, a group without members, a role that EC2 works with, a policy that nobody uses. What would break, and in which order does it go?',
    event: null,
    checks: ['user/left-user', 'group/empty-group', 'role/ActiveRole', 'policy/ForgottenPolicy'].map(
      (name) => `arn:aws:iam::111111111111:${name}`,
    ),
    more: [
      'identities check-delete arn:aws:iam::111111111111:role/PartnerAccess --days 210',
      'identities check-delete arn:aws:iam::111111111111:user/admin-jane',
    ],
  },
  accounts: {
    scenario: 'across-organization',
    summary: 'every account of an organization, one of which cannot be entered',
    opening:
      'The same question over every account of the organization. Member accounts are entered by a role that may only read; one of them has no such role, and the others go on.',
    event: null,
    more: [
      'identities review --organization --out reports',
      'identities review --organization --ou ou-ex01-research',
      'identities review --account 222222222222',
    ],
  },
} as const satisfies Readonly<Record<string, IdentityStory>>;

/** The name of a story. */
export type StoryName = keyof typeof identityStories;

/** The stories as `--list` prints them, a line each, without the Development OU's, which is played without `--story`. */
export function storyLines(): readonly string[] {
  const names = Object.entries(identityStories);
  const width = Math.max(...names.map(([name]) => name.length));
  return names.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
}
