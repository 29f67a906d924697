import type { IdentityDetection } from '../../identity/detect-identities.ts';
import type { IdentityRefusal } from '../../identity/identity-refusal.ts';
import type { IdentityCase } from '../../identity/judge.ts';
import { quarantinePolicy } from '../../identity/quarantine.ts';
import { whyNoQuarantine, whyRoleExempt } from '../../identity/why-no-quarantine.ts';
import type { AdvisedFinding } from '../../kinds/iam/draft.ts';
import type { IdentityRequest } from './identity-facts.ts';

/** What is advised on every unused role, and why some are not stopped although that is wanted. */
export interface Quarantines {
  readonly advised: readonly AdvisedFinding[];
  readonly refusals: readonly IdentityRefusal[];
}

/** Unused roles: reported with the advice to deny everything, or stopped where that is wanted and nothing speaks against it. */
export function quarantinesOf(
  { configuration, quarantine }: IdentityRequest,
  { detection, given }: { readonly detection: IdentityDetection; readonly given: IdentityCase },
): Quarantines {
  const isWanted = quarantine || configuration.unusedRoles.action === 'quarantine';
  const asked = isWanted ? '' : '; it is drafted with --quarantine, or where unusedRoles.action says so';
  const advised: AdvisedFinding[] = [];
  const refusals: IdentityRefusal[] = [];
  for (const finding of detection.findings) {
    if (finding.kind !== 'unused-role') continue;
    const { arn, name } = finding.subject;
    const role = given.index.account.roles.find((each) => each.arn === arn);
    const exempt = role && finding.status === 'exempt' ? whyRoleExempt(given, role) : null;
    if (isWanted && exempt !== null) refusals.push({ ...exempt, subjectArn: arn });
    if (finding.status !== 'open') continue;
    const why = role ? whyNoQuarantine(given, role) : null;
    const told = why
      ? `not drafted, since ${why.detail}`
      : `nobody used ${name} within the threshold: a Deny of everything stops it, and is taken back in one step${asked}`;
    const attachedTo = { type: 'role', name } as const;
    const after = quarantinePolicy.text;
    const source = {
      type: 'inline',
      name: quarantinePolicy.name,
      arn: null,
      owner: attachedTo,
      text: null,
      document: null,
      managed: null,
    } as const;
    const edit = isWanted && why === null ? ({ do: 'deny-all', role: name, after } as const) : null;
    advised.push({
      finding,
      advice: [
        { grant: { source, attachedTo, via: 'direct' }, edit, why: told, ...(why ? { kept: why } : {}) },
      ],
    });
    if (isWanted && why !== null) refusals.push({ ...why, subjectArn: arn });
  }
  return { advised, refusals };
}
