import { sortedUnique } from '../base/lists.ts';
import { ok, type Reason, type Result, refused } from '../base/result.ts';
import { type PolicyDocument, readPlaced } from './document.ts';
import { itemCuts, listLike, type TextEdit, withEdits, withItemAdded } from './json-layout.ts';
import { type JsonNode, minifyJson } from './json-text.ts';
import {
  denyStatement,
  exemptionOf,
  exempts,
  firstSid,
  freeSid,
  isOurs,
  type OurStatement,
  ourStatements,
} from './our-statement.ts';
import { policyCharacters } from './size.ts';

/** What to deny: namespaces, the principals (ARN patterns) that stay free, and the size that the text must not exceed. */
export interface DenyRequest {
  readonly services: readonly string[];
  readonly exemptPrincipals: readonly string[];
  readonly maximumCharacters: number;
}

/** An edited SCP. `addedServices` are those of the request that our statements did not deny before, sorted. */
export interface DenyEdit {
  readonly text: string;
  readonly sid: string;
  readonly edit: 'extended' | 'added';
  readonly addedServices: readonly string[];
}

/** Why no deny was written: `MALFORMED_POLICY`, or `NO_CAPACITY` with the number of characters that are missing. */
export interface DenyRefusal extends Reason {
  readonly missingCharacters?: number;
}

/** An SCP with services taken out of our statements. `missing` are those of the request that our statements did not deny. */
export interface DenyRemoval {
  readonly text: string;
  readonly removedServices: readonly string[];
  readonly missing: readonly string[];
}

const namespacePattern = /^[a-z0-9-]+$/;

/**
 * Denies services in an SCP: extends the statement that is exactly ours or adds one, and leaves every other statement byte for byte.
 * The text is minified only if it would not fit otherwise; asking for what is already there gives the text back. Throws for a namespace that is none.
 */
export function addDeny(text: string, request: DenyRequest): Result<DenyEdit, DenyRefusal> {
  const services = sortedNamespaces(request.services);
  const placed = readPlaced(text);
  if (!placed.ok) return placed;

  const { document, statementNode } = placed.value;
  const ours = ourStatements(placed.value).filter(({ statement }) =>
    exempts(statement, request.exemptPrincipals),
  );
  const denied = new Set(ours.flatMap(({ statement }) => statement.actions.patterns));
  const addedServices = services.filter((service) => !denied.has(`${service}:*`));
  const [first] = ours;
  if (!first) {
    const sid = freeSid(document);
    const added = withItemAdded(text, statementNode, denyStatement(sid, services, request.exemptPrincipals));
    return fitted(added, request, { sid, edit: 'added', addedServices });
  }
  const sid = first.statement.sid as string;
  if (addedServices.length === 0) return fitted(text, request, { sid, edit: 'extended', addedServices });
  const actions = sortedUnique([
    ...first.statement.actions.patterns,
    ...addedServices.map((service) => `${service}:*`),
  ]);
  const extended = withEdits(text, [actionsEdit(text, first.actionNode, actions)]);
  return fitted(extended, request, { sid, edit: 'extended', addedServices });
}

/** A new SCP, minified, with our deny statement alone. Refuses with `NO_CAPACITY` if it is too long; throws for a namespace that is none. */
export function newDenyPolicy(
  request: DenyRequest,
): Result<{ readonly text: string; readonly sid: string }, DenyRefusal> {
  const statement = denyStatement(firstSid, sortedNamespaces(request.services), request.exemptPrincipals);
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const missingCharacters = policyCharacters(text) - request.maximumCharacters;
  return missingCharacters > 0 ? refused(noCapacity(missingCharacters)) : ok({ text, sid: firstSid });
}

/**
 * Takes services out of our statements, for the roll back of a text that somebody edited since; a statement that becomes empty goes.
 * With `exemptPrincipals` only statements with exactly this exemption are touched: give the exemption that the change had. Refuses with `EMPTY_POLICY` if no statement would be left: AWS keeps no such SCP, so it must be detached instead.
 */
export function removeDeny(
  text: string,
  request: { readonly services: readonly string[]; readonly exemptPrincipals?: readonly string[] },
): Result<DenyRemoval> {
  const services = sortedNamespaces(request.services);
  const placed = readPlaced(text);
  if (!placed.ok) return placed;

  const asked = new Set(services.map((service) => `${service}:*`));
  const found = new Set<string>();
  const emptied = new Set<JsonNode>();
  const edits: TextEdit[] = [];
  for (const { statement, node, actionNode } of ourStatements(placed.value)) {
    if (request.exemptPrincipals && !exempts(statement, request.exemptPrincipals)) continue;
    const { patterns } = statement.actions;
    const kept = patterns.filter((pattern) => !asked.has(pattern));
    if (kept.length === patterns.length) continue;
    for (const pattern of patterns) if (asked.has(pattern)) found.add(pattern);
    if (kept.length === 0) emptied.add(node);
    else edits.push(actionsEdit(text, actionNode, sortedUnique(kept)));
  }
  if (emptied.size > 0 && emptied.size === placed.value.statementNodes.length) {
    return refused({
      code: 'EMPTY_POLICY',
      detail: 'without these services the SCP has no statement left; detach it from its targets or delete it',
    });
  }
  const removedServices = services.filter((service) => found.has(`${service}:*`));
  const missing = services.filter((service) => !found.has(`${service}:*`));
  const cuts = itemCuts(placed.value.statementNodes, emptied);
  return ok({ text: withEdits(text, [...edits, ...cuts]), removedServices, missing });
}

/** An SCP in which other principals than before are free of our denials of some services. `missing`: services that our statements did not deny. */
export interface OtherExemption {
  readonly text: string;
  readonly missing: readonly string[];
}

/**
 * Leaves further principals free of our denials of some services; every other service stays denied as it was. Each service
 * goes to a statement of ours with the wider exemption. Refuses with `NO_CAPACITY` where the text would be too long.
 */
export function exemptMore(
  text: string,
  {
    maximumCharacters,
    principals,
    services,
  }: {
    readonly services: readonly string[];
    readonly principals: readonly string[];
    readonly maximumCharacters: number;
  },
): Result<OtherExemption, DenyRefusal> {
  const wider = (exemption: readonly string[]) => [...exemption, ...principals];
  return exemptOtherwise(text, { services, maximumCharacters, exemptionOf: wider });
}

/** Takes principals out of the exemptions from our denials of some services: `principalsOf` names those of a service. Every other denial stays as it was. */
export function exemptLess(
  text: string,
  {
    maximumCharacters,
    principalsOf,
  }: {
    readonly principalsOf: ReadonlyMap<string, readonly string[]>;
    readonly maximumCharacters: number;
  },
): Result<OtherExemption, DenyRefusal> {
  const narrower = (exemption: readonly string[], service: string) =>
    exemption.filter((principal) => !principalsOf.get(service)?.includes(principal));
  return exemptOtherwise(text, {
    services: [...principalsOf.keys()],
    maximumCharacters,
    exemptionOf: narrower,
  });
}

/** Moves each service from each statement of ours to one with the exemption that it is to have. */
function exemptOtherwise(
  text: string,
  request: {
    readonly services: readonly string[];
    readonly maximumCharacters: number;
    readonly exemptionOf: (exemption: readonly string[], service: string) => readonly string[];
  },
): Result<OtherExemption, DenyRefusal> {
  const services = sortedNamespaces(request.services);
  const placed = readPlaced(text);
  if (!placed.ok) return placed;
  const found = new Set<string>();
  const left: { readonly services: readonly string[]; readonly exemptPrincipals: readonly string[] }[] = [];
  let edited = text;
  for (const { statement } of ourStatements(placed.value)) {
    const exemption = exemptionOf(statement) ?? [];
    const moved = new Map<string, { readonly exemption: readonly string[]; readonly services: string[] }>();
    for (const service of services) {
      if (!statement.actions.patterns.includes(`${service}:*`)) continue;
      found.add(service);
      const wanted = sortedUnique(request.exemptionOf(exemption, service));
      const key = JSON.stringify(wanted);
      if (key === JSON.stringify(sortedUnique(exemption))) continue;
      const group = moved.get(key) ?? { exemption: wanted, services: [] };
      moved.set(key, group);
      group.services.push(service);
    }
    for (const group of moved.values()) {
      const added = addDeny(edited, {
        services: group.services,
        exemptPrincipals: group.exemption,
        maximumCharacters: Number.POSITIVE_INFINITY,
      });
      if (!added.ok) return added;
      left.push({ services: group.services, exemptPrincipals: exemption });
      edited = added.value.text;
    }
  }
  // Taken out once all is added: no text in between is without a statement, and no Sid becomes another statement's.
  for (const each of left) {
    const removed = removeDeny(edited, each);
    if (!removed.ok) return removed;
    edited = removed.value.text;
  }
  return fitted(edited, request, { missing: services.filter((service) => !found.has(service)) });
}

/** The namespaces that our statements in a document deny, whatever their exemption, sorted. Judged by meaning: a document does not show whether a single action was written as a list. */
export function ourDeniedServices(document: PolicyDocument): readonly string[] {
  const patterns = document.statements.filter(isOurs).flatMap((statement) => statement.actions.patterns);
  return sortedUnique(patterns.map((pattern) => pattern.slice(0, -2)));
}

function actionsEdit(text: string, list: OurStatement['actionNode'], actions: readonly string[]): TextEdit {
  return { start: list.start, end: list.end, text: listLike(text, list, actions) };
}

function fitted<Edit extends object>(
  text: string,
  { maximumCharacters }: Pick<DenyRequest, 'maximumCharacters'>,
  edit: Edit,
): Result<Edit & { readonly text: string }, DenyRefusal> {
  if (policyCharacters(text) <= maximumCharacters) return ok({ text, ...edit });
  const minified = minifyJson(text);
  const missingCharacters = policyCharacters(minified) - maximumCharacters;
  return missingCharacters > 0 ? refused(noCapacity(missingCharacters)) : ok({ text: minified, ...edit });
}

function noCapacity(missingCharacters: number): DenyRefusal {
  const detail = `the SCP would be ${missingCharacters} characters too long, even without white space`;
  return { code: 'NO_CAPACITY', detail, missingCharacters };
}

function sortedNamespaces(services: readonly string[]): readonly string[] {
  const wrong = services.find((service) => !namespacePattern.test(service));
  if (wrong !== undefined) throw new Error(`not a service namespace: ${JSON.stringify(wrong)}`);
  if (services.length === 0) throw new Error('no service is given');
  return sortedUnique(services);
}
