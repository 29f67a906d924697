import * as z from 'zod/mini';
import { configurationSchema } from './configuration-schema.ts';
import { approverProblems } from './configured-approvers.ts';
import { unreachable } from './configured-reach.ts';
import { slackDecisionProblems } from './configured-slack.ts';
import { clipped, quoted } from './quoted.ts';
import { ok, type Result, refused } from './result.ts';
import { schemaWords } from './schema-words.ts';

// zod/mini ships no messages: without these every issue reads "Invalid input".
z.config({ localeError: schemaWords });

/** `reviewer.config.json`, every key filled in. */
export type Configuration = Omit<z.infer<typeof configurationSchema>, '$schema'>;

/** One exemption: never drafted while it holds. `entity` is an id, a path, a name or a pattern with `*`; `service` a namespace or a pattern. */
export type Exemption = Configuration['exemptions'][number];

/** One named person who may decide. */
export type Approver = Configuration['approvers'][number];

/** The configuration with every default filled in, or a refusal (`BAD_CONFIGURATION`) whose detail starts with the key that is wrong. */
export function parseConfiguration(input: unknown): Result<Configuration> {
  const parsed = configurationSchema.safeParse(input);
  if (parsed.success) {
    const { $schema: _, ...configuration } = parsed.data;
    return checkTogether(configuration);
  }
  const [first, ...others] = parsed.error.issues.map((issue) => {
    const unknownKeys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const path = [...issue.path, ...unknownKeys.slice(0, 1)];
    const key = path.map((part) => clipped(String(part))).join('.') || '(the file)';
    const detail = unknownKeys.length > 0 ? 'is not a key of the configuration' : issue.message;
    return { code: 'BAD_CONFIGURATION', detail: `${key}: ${detail}` };
  });
  if (!first) throw new Error('a failed parse without an issue');
  return refused(first, ...others);
}

function checkTogether(configuration: Configuration): Result<Configuration> {
  const problems = [...approverProblems(configuration), ...unreachable(configuration)];
  if (configuration.thresholdDays < configuration.minimumThresholdDays) {
    problems.push(
      `thresholdDays: ${configuration.thresholdDays} is below minimumThresholdDays (${configuration.minimumThresholdDays})`,
    );
  }
  // Stored trees tell which accounts moved: they must be kept as long as a move matters.
  if (configuration.evidenceDays < configuration.thresholdDays)
    problems.push(
      `evidenceDays: ${configuration.evidenceDays} is below thresholdDays (${configuration.thresholdDays}), so accounts that moved would be forgotten`,
    );
  const { approvers, email, requiredApprovals } = configuration;
  if (approvers.length > 0 && requiredApprovals > approvers.length)
    problems.push(
      `requiredApprovals: ${requiredApprovals} is above the number of approvers (${approvers.length}), so nothing could be approved`,
    );
  problems.push(...pageProblems(configuration), ...slackDecisionProblems(configuration));
  for (const id of Object.keys(email?.topics ?? {})) {
    if (!approvers.some((approver) => approver.id === id))
      problems.push(`email.topics.${clipped(id)}: ${quoted(id)} is the id of no approver`);
  }
  const [first, ...others] = problems.map((detail) => ({ code: 'BAD_CONFIGURATION', detail }));
  return first ? refused(first, ...others) : ok(configuration);
}

function pageProblems({ page, pageDomain }: Configuration): readonly string[] {
  if (pageDomain === null) return [];
  if (page === 'none')
    return ['pageDomain: there is no page, because page is "none": take one of the two out'];
  return pageDomain.mutualTls || pageDomain.jwt
    ? []
    : ['pageDomain: a domain alone keeps nobody out: give mutualTls or jwt, or take pageDomain out'];
}
