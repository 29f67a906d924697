import type { ReportLevel } from '../../identity/identity-report.ts';
import type { MeantLoss } from '../../identity/identity-step.ts';

/** What a change of one account's IAM says beside what every change says. */
export interface IdentityPart {
  readonly accountId: string;
  /** What it does, in one line: `Narrow ExampleDevelopment`. */
  readonly title: string;
  readonly level: ReportLevel;
  /** Single actions that are taken away, such as `ec2:CreateFleet`, sorted. */
  readonly actions: readonly string[];
  /** Which steps take what, where a service goes whole by some and action by action by others; absent: none does both. */
  readonly meant?: readonly MeantLoss[];
  /** The guard: the only users and roles whose access may change, by ARN, sorted. */
  readonly principals: readonly string[];
  /** What the steps do to them: those to whom it does the same stand together. */
  readonly effects: readonly PrincipalEffect[];
  /** Whose reports prove it, by ARN, sorted. */
  readonly reportedArns: readonly string[];
  /** Sentences for people. */
  readonly notes: readonly string[];
  /** Why it is proposed, a finding at a time. */
  readonly evidence: readonly IdentityEvidence[];
  /** What policies are made again with that the change deletes, so that a roll back brings them back as they were. */
  readonly deleted: readonly DeletedPolicy[];
  /** What a roll back gives that stands in none of the steps: SHA-256 (64 hex) by ARN of policy, group or role. */
  readonly comesBack: Readonly<Record<string, string>>;
}

/** What some users and roles lose and keep alike, by service namespaces, each sorted. */
export interface PrincipalEffect {
  /** Sorted. */
  readonly arns: readonly string[];
  /** No action of these is left. */
  readonly loses: readonly string[];
  /** Some actions of these go, others stay. */
  readonly narrowed: readonly string[];
  /** Used within the threshold by what the reports show of them, and granted as before. */
  readonly keeps: readonly string[];
}

/** The services of which everybody keeps something: by a statement that stays, or by another path. */
export function keptInPart(effects: readonly PrincipalEffect[]): ReadonlySet<string> {
  const whole = new Set(effects.flatMap(({ loses }) => loses));
  return new Set(effects.flatMap(({ narrowed }) => narrowed).filter((namespace) => !whole.has(namespace)));
}

/** One finding that the change answers. Times are epoch milliseconds. */
export interface IdentityEvidence {
  readonly findingId: string;
  readonly kind: 'lapsed' | 'never-used' | 'unused-role' | 'unused-actions';
  readonly subjectArn: string;
  /** Null for an unused role. */
  readonly serviceNamespace: string | null;
  readonly serviceName: string;
  /** For `unused-actions`: the names of the actions, without prefix. */
  readonly actions: readonly string[];
  readonly lastAccessedAt: number | null;
  readonly daysUnused: number | null;
  readonly lastAccessedBy: string | null;
  readonly lastAccessedRegion: string | null;
  readonly report: { readonly jobId: string; readonly completedAt: number } | null;
  /** Why each edit was chosen over others, a sentence each. */
  readonly why: readonly string[];
}

/** The ARN of whoever made the last attempt; of an unused role that is the role itself. Null: nobody did, or AWS does not name him. */
export function lastUserIn({
  kind,
  lastAccessedAt,
  lastAccessedBy,
  subjectArn,
}: IdentityEvidence): string | null {
  return kind === 'unused-role' && lastAccessedAt !== null ? subjectArn : lastAccessedBy;
}

/** A managed policy that the change deletes, beside the text in its step and the path in its ARN. */
export interface DeletedPolicy {
  readonly arn: string;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
}
