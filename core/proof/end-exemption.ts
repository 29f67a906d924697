import { counted, list } from '../base/counted.ts';
import { globMatches } from '../base/matching.ts';
import { parsePolicy } from '../policy/document.ts';
import { syntax } from './checks/text.ts';
import { deniedOtherwise, exemptionsOf, keysOf, othersUnchanged } from './give-back.ts';
import { fails, holds, notProven, type Outcome, type ProposedEdit } from './subject.ts';
import type { Certificate, CheckResult } from './verdict.ts';

/** What a proof that ended exemptions are taken out looks at beside the texts. */
export interface EndedSubject {
  readonly edit: ProposedEdit;
  /** Who is denied each service again. */
  readonly principalsOf: ReadonlyMap<string, readonly string[]>;
  /** Patterns of those whom every deny of ours leaves free. */
  readonly exemptPrincipals: readonly string[];
  /** Whether what ended was used meanwhile, by reports of the accounts of these principals. */
  readonly use: Outcome;
  /** Whether use in every Region that these accounts may use shows in reports. */
  readonly regions: Outcome;
  /** Whether these accounts pay for the services; null: nobody asks that. */
  readonly paid: Outcome | null;
  /** Names of checks that must be accepted where they are not proven. */
  readonly requireProven: readonly string[];
}

/** What is proved of other edits and not of this one: whoever requires that is told so. */
const notAsked: readonly CheckResult[] = [
  {
    name: 'second-judge',
    ...notProven("AWS's policy simulator is not asked about the end of an exemption"),
  },
  {
    name: 'replay',
    ...notProven("the calls in the organization's trail are not read for the end of an exemption"),
  },
];

/** Proves that an edit takes ended exemptions out of our statements and does nothing else. `use`: that nobody used them. */
export function proveEndExemption({
  edit,
  exemptPrincipals,
  paid,
  principalsOf,
  regions,
  requireProven,
  use,
}: EndedSubject): Certificate {
  const checks = [
    { name: 'only-ended-taken-out', ...onlyEndedTakenOut(edit, principalsOf) },
    { name: 'not-used-meanwhile', ...use },
    { name: 'exemptions-respected', ...exemptStay(principalsOf, exemptPrincipals) },
    { name: 'other-statements-unchanged', ...othersUnchanged(edit) },
    { name: 'syntax', ...syntax.check({ edit }) },
    { name: 'regions', ...regions },
    ...(paid === null ? [] : [{ name: 'no-running-resources', ...paid }]),
    ...notAsked.filter(({ name }) => requireProven.includes(name)),
  ];
  return { ok: checks.every(({ verdict }) => verdict !== 'failed'), checks };
}

/** Our statements deny each service to whom they denied it before and to the named principals, and no other service otherwise. */
function onlyEndedTakenOut(
  { after, before, services }: ProposedEdit,
  principalsOf: ReadonlyMap<string, readonly string[]>,
): Outcome {
  const [earlier, later] = [parsePolicy(before ?? ''), parsePolicy(after)];
  if (!earlier.ok || !later.ok) return fails('the text before or after cannot be read as a policy');
  const wrong = services.filter((service) => {
    const ended = principalsOf.get(service) ?? [];
    const exemptions = exemptionsOf(earlier.value, service);
    const wanted = exemptions.map((exemption) => exemption.filter((each) => !ended.includes(each)));
    const isThere = ended.every((principal) => exemptions.some((each) => each.includes(principal)));
    return ended.length === 0 || !isThere || keysOf(exemptionsOf(later.value, service)) !== keysOf(wanted);
  });
  if (wrong.length > 0)
    return fails(`${list(wrong)} would be denied to others than those whose time is over`);
  const otherwise = deniedOtherwise(earlier.value, later.value, services);
  if (otherwise.length > 0) return fails(`${list(otherwise)} would be denied otherwise than before`);
  const principals = [...new Set([...principalsOf.values()].flat())].sort();
  return holds(
    `${counted(services.length, 'service')} denied again to ${list(principals)} alone; every other denial stays as it is`,
  );
}

/** Nobody whom the configuration leaves free of every deny is denied. */
function exemptStay(
  principalsOf: ReadonlyMap<string, readonly string[]>,
  exemptPrincipals: readonly string[],
): Outcome {
  const configured = [...new Set([...principalsOf.values()].flat())].filter((principal) =>
    exemptPrincipals.some((pattern) => globMatches(pattern, principal)),
  );
  if (configured.length > 0) return fails(`${list(configured)} is exempt by the configuration`);
  return holds('none of them is exempt by the configuration');
}
