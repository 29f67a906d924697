import type { Configuration } from '../../base/configuration.ts';
import type { ChangeContent } from '../../change/content/change.ts';
import { digested } from '../../change/content/digest.ts';
import { type Edit, editOf } from '../../change/content/edit.ts';
import { addDeny, newDenyPolicy } from '../../policy/deny-statement.ts';
import { exemptPrincipalsOf } from '../../policy/exempt-principals.ts';
import { otherStatementsUnchanged, syntax } from '../../proof/checks/text.ts';
import type { CheckResult } from '../../proof/verdict.ts';
import { riskOf } from './risk.ts';
import { stepsFor } from './steps.ts';

/**
 * The next revision of a change without some of its services, or null if none would be left.
 * What was proved of all services holds for fewer of them, so those verdicts are carried over; what depends on the new
 * text is judged anew, and applying proves everything again from fresh reports. As many people must approve as before.
 * Throws if the smaller deny does not fit where the larger one did: that would be a bug.
 */
export function withoutServices(
  content: ChangeContent,
  withdrawn: readonly string[],
  configuration: Configuration,
): ChangeContent | null {
  const services = content.services.filter((service) => !withdrawn.includes(service));
  if (services.length === 0) return null;
  const request = {
    services,
    exemptPrincipals: exemptPrincipalsOf(configuration),
    maximumCharacters: configuration.quotas.scpCharacters,
  };
  const whole = editOf(content);
  const fewer = whole.before === null ? newDenyPolicy(request) : addDeny(whole.before, request);
  if (!fewer.ok)
    throw new Error(`fewer services do not fit into ${whole.policyName}: ${fewer.reasons[0].detail}`);

  const edit = { ...whole, services, after: fewer.value.text };
  const revision = content.revision + 1;
  const evidence = content.evidence.filter((entry) => services.includes(entry.serviceNamespace));
  const certificate = {
    ok: true,
    checks: content.certificate.checks.map((check) => recheck(check, content.revision, edit)),
  };
  return digested({
    ...content,
    revision,
    services,
    steps: stepsFor(edit, content.thresholdDays, tagsIn(content)),
    evidence,
    findingIds: evidence.map((entry) => entry.findingId).sort(),
    certificate,
    risk: riskOf({
      ...{ evidence, certificate, configuration },
      ...{ accounts: content.accountIds.length, affectedAccounts: content.affectedAccounts },
      thresholdDays: content.thresholdDays,
    }),
  });
}

/** The tags that a new SCP gets stay as they were drafted. */
function tagsIn({ steps }: ChangeContent): Readonly<Record<string, string>> | undefined {
  for (const { resource } of steps)
    if (resource.type === 'policy-text' && resource.policyId === null) return resource.tags;
  return undefined;
}

function recheck(check: CheckResult, revision: number, edit: Edit): CheckResult {
  const anew = [otherStatementsUnchanged, syntax].find(({ name }) => name === check.name);
  if (!anew)
    return {
      ...check,
      detail: `${check.detail} (judged for revision ${revision}, which denied more)`,
    };
  const outcome = anew.check({ edit });
  if (outcome.verdict === 'failed')
    throw new Error(`${check.name} fails with fewer services: ${outcome.detail}`);
  return { name: check.name, ...outcome };
}
