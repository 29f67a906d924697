import type { Configuration } from '../../../base/configuration.ts';
import { ok, type Reason, type Result, refused } from '../../../base/result.ts';
import type { ChangeContent } from '../../../change/content/change.ts';
import { digested } from '../../../change/content/digest.ts';
import { type Edit, editOf } from '../../../change/content/edit.ts';
import { addDeny, newDenyPolicy } from '../../../policy/deny-statement.ts';
import { readPlaced } from '../../../policy/document.ts';
import { exemptionOf, ourStatements } from '../../../policy/our-statement.ts';
import { meansTheSame } from '../../../policy/same-meaning.ts';
import { policyCharacters } from '../../../policy/size.ts';
import { otherStatementsUnchanged, syntax } from '../../../proof/checks/text.ts';
import type { CheckResult } from '../../../proof/verdict.ts';
import { stepsFor } from '../ours/steps.ts';
import { riskOf } from './risk.ts';

/**
 * The next revision of a change without some of its services, or null if none would be left. What was proved of all
 * services holds for fewer of them, so those verdicts are kept. What depends on the new text is judged again, and
 * applying proves everything again from new reports. As many people must approve as before. It is the text that was
 * proposed with fewer services in it: whom that left free stays free, whatever the configuration says by now. Refuses
 * where that text cannot be made.
 */
export function withoutServices(
  content: ChangeContent,
  withdrawn: readonly string[],
  configuration: Configuration,
): Result<ChangeContent | null> {
  const services = content.services.filter((service) => !withdrawn.includes(service));
  if (services.length === 0) return ok(null);
  const whole = editOf(content);
  const fewer = textWith(services, whole, configuration.quotas.scpCharacters);
  if (!fewer.ok) return fewer;

  const edit = { ...whole, services, after: fewer.value };
  const revision = content.revision + 1;
  const evidence = content.evidence.filter((entry) => services.includes(entry.serviceNamespace));
  const checks: CheckResult[] = [];
  for (const check of content.certificate.checks) {
    const again = recheck(check, content.revision, edit);
    if (again.verdict === 'failed') return cannot(whole, `${again.name}: ${again.detail}`);
    checks.push(again);
  }
  const certificate = { ok: true, checks };
  const next = digested({
    ...content,
    revision,
    services,
    steps: stepsFor(edit, content.thresholdDays, tagsIn(content)),
    evidence,
    findingIds: evidence.map((entry) => entry.findingId).sort(),
    certificate,
    risk: riskOf({
      evidence,
      certificate,
      configuration,
      accounts: content.accountIds.length,
      affectedAccounts: content.affectedAccounts,
      thresholdDays: content.thresholdDays,
    }),
  });
  return ok(next);
}

/** The text that was proposed, with these services of it alone. It never needs more room than that one did. */
function textWith(services: readonly string[], whole: Edit, quota: number): Result<string> {
  const maximumCharacters = Math.max(quota, policyCharacters(whole.after));
  const written = (of: readonly string[], exemptPrincipals: readonly string[]): Result<string> => {
    const request = { services: of, exemptPrincipals, maximumCharacters };
    const made = whole.before === null ? newDenyPolicy(request) : addDeny(whole.before, request);
    return made.ok ? ok(made.value.text) : made;
  };
  const exemption = exemptionsIn(whole.after).find((principals) => {
    const again = written(whole.services, principals);
    return again.ok && meansTheSame(again.value, whole.after);
  });
  if (exemption === undefined) return cannot(whole, 'it is not as this version writes it');
  const made = written(services, exemption);
  return made.ok ? made : cannot(whole, made.reasons[0].detail);
}

/** Whom statements of ours in a text leave free, each once. */
function exemptionsIn(text: string): readonly (readonly string[])[] {
  const placed = readPlaced(text);
  return placed.ok ? ourStatements(placed.value).map(({ statement }) => exemptionOf(statement) ?? []) : [];
}

function cannot({ policyName }: Edit, why: string): ReturnType<typeof refused<Reason>> {
  const detail = `fewer services cannot be written into the text of ${policyName} (${why}): reject the change, and the next review proposes what still holds`;
  return refused({ code: 'NOT_POSSIBLE', detail });
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
  return { name: check.name, ...anew.check({ edit }) };
}
