import type {
  AccountReader,
  ComplianceReports,
  Evaluation,
  RuleAccounts,
} from '../../adapters/identity-ports.ts';
import type { Clock } from '../../adapters/ports.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import type { Role } from '../../core/identity/account-identities.ts';
import { type ConfigRuleRequest, parseConfigRuleEvent } from '../../core/identity/config-rule-event.ts';
import { type RoleThreshold, type RoleVerdict, verdictOfRole } from '../../core/identity/unused-roles.ts';
import { BadEvent } from '../bad-event.ts';

/** One role with what is said of it. */
export interface JudgedRole {
  readonly role: Role;
  readonly verdict: RoleVerdict;
}

/** Judges the roles of an account, a page at a time. Throws `AwsRefusal`. */
export async function* judgeRoles(
  reader: Pick<AccountReader, 'rolePages'>,
  whitelist: readonly string[],
  threshold: RoleThreshold,
): AsyncGenerator<readonly JudgedRole[]> {
  for await (const page of reader.rolePages())
    yield page.map((role) => ({ role, verdict: verdictOfRole(role, whitelist, threshold) }));
}

/** How many roles a run of the Config rule put into each state. */
export type RuleReport = Readonly<Record<RoleVerdict['compliance'], number>>;

/** Reads the scheduled event of AWS Config, throwing `BadEvent` for one that cannot be carried out. */
export function readConfigRuleEvent(input: unknown): ConfigRuleRequest {
  const parsed = parseConfigRuleEvent(input);
  if (!parsed.ok) throw new BadEvent(parsed.reasons[0].detail);
  return parsed.value;
}

/**
 * Runs the Config rule once: judges every role and tells AWS Config. One page of roles is in memory, and the ids that
 * Config listed before. Throws where the account cannot be entered, and, once all is put, where Config did not take something.
 */
export async function runConfigRule(
  { accounts, clock }: { readonly accounts: RuleAccounts; readonly clock: Clock },
  request: ConfigRuleRequest,
  memberRoles: Configuration['memberRoles'],
): Promise<RuleReport> {
  const account = await accounts.open(request.accountId);
  if (account.status === 'unreachable')
    throw new Error(`account ${account.accountId} cannot be entered: ${account.code}: ${account.message}`);
  const { compliance, reader } = account;
  // Before anything is put: what Config lists afterwards would hold this run's own ids.
  const gone = await evaluatedBefore(compliance, request.ruleName);
  const report = { COMPLIANT: 0, NON_COMPLIANT: 0, NOT_APPLICABLE: 0 };
  const refused: Evaluation[] = [];
  const put = async (evaluations: readonly Evaluation[]): Promise<void> => {
    for (const each of evaluations) report[each.compliance] += 1;
    refused.push(...(await compliance.put(evaluations, request.resultToken)));
  };
  const threshold = { ...request, memberRoles, asOf: clock.now() };
  for await (const page of judgeRoles(reader, request.whitelist, threshold)) {
    const evaluations = page.map((judged) => evaluationOf(judged, request));
    for (const { resourceId } of evaluations) gone.delete(resourceId);
    await put(evaluations);
  }
  // Only now is it sure that a role is gone: a walk that ends early throws before this.
  await put([...gone].map((resourceId) => evaluation(resourceId, 'NOT_APPLICABLE', '', request)));
  if (refused.length > 0) {
    const ids = refused.map(({ resourceId }) => resourceId);
    throw new Error(
      `AWS Config did not take ${ids.length} evaluations: ${ids.slice(0, mostNamed).join(', ')}`,
    );
  }
  return report;
}

/** Ids that an error names. */
const mostNamed = 10;

async function evaluatedBefore(compliance: ComplianceReports, ruleName: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const page of compliance.evaluatedIds(ruleName)) for (const id of page) ids.add(id);
  return ids;
}

function evaluationOf({ role, verdict }: JudgedRole, request: ConfigRuleRequest): Evaluation {
  const resourceId = request.resourceId === 'role-name' ? role.name : role.id;
  return evaluation(resourceId, verdict.compliance, verdict.annotation, request);
}

function evaluation(
  resourceId: string,
  compliance: Evaluation['compliance'],
  annotation: string,
  { orderedAt }: ConfigRuleRequest,
): Evaluation {
  return {
    resourceType: 'AWS::IAM::Role',
    resourceId,
    compliance,
    annotation: annotation === '' ? null : annotation,
    orderedAt,
  };
}
