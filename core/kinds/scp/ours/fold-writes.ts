import type { ChangeContent } from '../../../change/content/change.ts';
import { editOf } from '../../../change/content/edit.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { ourDeniedServices } from '../../../policy/deny-statement.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { meansTheSame } from '../../../policy/same-meaning.ts';
import { isFreeOf } from '../../../proof/give-back.ts';
import { exemptionsAfter, givesToAll } from './given-exemptions.ts';
import { deniesEverybody } from './intents.ts';
import { type OwnWrite, ownWrites } from './own-writes.ts';
import {
  type Claim,
  claimKey,
  nothingStands,
  removedFrom,
  revisionKey,
  type Stands,
  withTaken,
} from './stands.ts';

/** What stands in one SCP by these changes: all that ever wrote it, whatever their state. */
export function standsIn(records: readonly ChangeRecord[], policyId: string | null): Stands {
  return (policyId === null ? undefined : standsByPolicy(records).get(policyId)) ?? nothingStands;
}

/** What stands in every SCP that these changes wrote, by policy id. */
export function standsByPolicy(records: readonly ChangeRecord[]): ReadonlyMap<string, Stands> {
  return new Map([...ownWrites(records)].map(([policyId, writes]) => [policyId, folded(writes)]));
}

/** A fold in progress: what stood before each revision wrote, and revisions that are undone. */
interface Folding {
  readonly stands: Stands;
  readonly before: Map<string, Stands>;
  readonly withdrawn: Set<string>;
}

function folded(writes: readonly OwnWrite[]): Stands {
  const folding = { before: new Map<string, Stands>(), withdrawn: new Set<string>() };
  return writes.reduce((stands: Stands, write) => {
    const next = after({ ...folding, stands }, write);
    const gone = [...stands.exemptions].filter(([key]) => !next.exemptions.has(key));
    const ended = gone.map(([, { principal, service }]) => ({ principal, service, at: write.at }));
    return { ...next, ended: [...stands.ended, ...ended] };
  }, nothingStands);
}

function after({ before, stands, withdrawn }: Folding, write: OwnWrite): Stands {
  const key = revisionKey(write);
  const { at, changeId, content, revision } = write;
  const lastIs = { changeId, revision, at, wroteAt: at };
  switch (write.what) {
    case 'begun':
      return {
        ...stands,
        open: new Set([...stands.open, openKey(write, write.direction, write.step)]),
        last: stands.last === null ? null : { ...stands.last, at },
        begun: write.direction === 'apply' ? key : stands.begun,
        doubtful:
          write.direction === 'apply'
            ? [...others(stands.doubtful, key), ...claimsOf(write)]
            : stands.doubtful,
      };
    case 'not-written': {
      const open = without(stands.open, openKey(write, write.direction, write.step));
      const isVoid = stands.begun === key && write.direction === 'apply';
      const doubtful = write.direction === 'apply' ? others(stands.doubtful, key) : stands.doubtful;
      return { ...stands, open, doubtful, begun: isVoid ? null : stands.begun };
    }
    // Until it is done a roll back may fail, and the SCP denies what it denied.
    case 'rolled-back':
    case 'proposed-again': {
      withdrawn.add(key);
      const claims = others(stands.claims, key);
      // Undone by somebody else: restoring the text from before a later write would bring it back.
      const isBelow = stands.onTop !== key && claims.length < stands.claims.length;
      return {
        ...stands,
        claims,
        doubtful: others(stands.doubtful, key),
        onTop: isBelow ? null : stands.onTop,
      };
    }
    case 'attached': {
      const open = without(stands.open, openKey(write, 'apply', write.step));
      const attachedTo = new Set([...stands.attachedTo, ...(write.sent ? [write.targetId] : [])]);
      return { ...stands, open, attachedTo, last: lastIs };
    }
    case 'wrote': {
      withdrawn.delete(key);
      const seen = seenBefore(stands, editOf(content).before);
      before.set(key, seen);
      const made = content.steps[write.step]?.before === null && write.sent;
      return pruned(
        {
          ...applied(seen, write),
          texts: [...stands.texts, write.text],
          doubtful: others(stands.doubtful, key),
          text: write.text,
          meant: write.text,
          last: lastIs,
          onTop: key,
          begun: null,
          isMadeByUs: stands.isMadeByUs || made,
          open: without(stands.open, openKey(write, 'apply', write.step)),
        },
        { changeId, rolledBack: false },
      );
    }
    case 'undone':
      return undoneBy({ before, stands, withdrawn }, write);
  }
}

/** What an applied change denies, gives back or denies again. */
function applied(stands: Stands, write: OwnWrite): Stands {
  const { at, changeId, content } = write;
  if (deniesEverybody(content)) return { ...stands, claims: [...stands.claims, ...claimsOf(write)] };
  const exemptions = exemptionsAfter(stands.exemptions, content, changeId, at);
  return givesToAll(content) ? released(stands, content, changeId) : { ...stands, exemptions };
}

/** What a revision denies; nothing where it gives back or ends an exemption. */
function claimsOf({ changeId, content, revision }: OwnWrite): readonly Claim[] {
  if (!deniesEverybody(content)) return [];
  const targetIds = content.targets.map(({ id }) => id);
  return content.services.map((service) => ({ changeId, revision, service, targetIds }));
}

function others(claims: readonly Claim[], key: string): readonly Claim[] {
  return claims.filter((claim) => revisionKey(claim) !== key);
}

/** A give-back to everybody: whoever denied these services denies them no longer. */
function released(stands: Stands, { services }: ChangeContent, changeId: string): Stands {
  const gone = stands.claims.filter(({ service }) => services.includes(service));
  return {
    ...stands,
    claims: stands.claims.filter((claim) => !gone.includes(claim)),
    takenBy: withTaken(stands.takenBy, gone, { changeId, rolledBack: false }),
  };
}

/** A step of a roll back: what was written, and what stands by that. */
function undoneBy(
  { before, stands, withdrawn }: Folding,
  write: Extract<OwnWrite, { readonly what: 'undone' }>,
): Stands {
  const { at, changeId, content, of, outcome, revision } = write;
  const key = revisionKey(write);
  const open = new Set(stands.open);
  open.delete(openKey(write, 'roll-back', write.undoStep));
  open.delete(openKey(write, 'apply', write.step));
  const closed: Stands = { ...stands, open, begun: stands.begun === key ? null : stands.begun };
  if (outcome === 'kept' || outcome === 'already-undone') return closed;
  const by = { changeId, rolledBack: true };
  const wrote: Stands = { ...closed, last: { changeId, revision, at, wroteAt: at }, begun: null };
  if (of.resource.type === 'attachment') {
    return { ...wrote, attachedTo: without(stands.attachedTo, of.resource.targetId) };
  }
  if (outcome === 'deleted') {
    const gone = {
      text: null,
      meant: null,
      onTop: null,
      claims: [],
      exemptions: new Map(),
      attachedTo: new Set<string>(),
    };
    return { ...wrote, ...gone, takenBy: withTaken(stands.takenBy, stands.claims, by) };
  }
  const earlier = editOf(content).before;
  const left = (text: string, meant: string, under: Stands = wrote, onTop: string | null = null): Stands =>
    pruned({ ...under, text, meant, texts: [...stands.texts, text], onTop }, by);
  if (outcome === 'detached') {
    const text = write.text ?? stands.text ?? '';
    return { ...left(text, stands.meant ?? text), attachedTo: new Set() };
  }
  if (outcome === 'restored' && earlier !== null) {
    // What stood before this write stands again, except what was undone since.
    const was = before.get(key) ?? null;
    const claims = was?.claims.filter(isNot(withdrawn)) ?? [];
    const gone = stands.claims.filter((claim) => !claims.some((each) => claimKey(each) === claimKey(claim)));
    const takenBy = withTaken(stands.takenBy, gone, by);
    const under = was === null ? wrote : { ...wrote, claims, exemptions: was.exemptions, takenBy };
    const text = write.text ?? earlier;
    return left(text, text, under, was?.onTop ?? null);
  }
  // What somebody else took out meanwhile does not count as taken by the roll back.
  const others = stands.claims.filter(({ service }) => !content.services.includes(service));
  const removed = removedFrom(stands, content, earlier);
  const taken = left(write.text ?? removed, removed, wrote);
  return { ...taken, takenBy: withoutKeys(taken.takenBy, stands.takenBy, others) };
}

/** Leaves out of `takenBy` the claims that somebody else removed: our write did not take them. */
function withoutKeys(
  after: Stands['takenBy'],
  before: Stands['takenBy'],
  claims: readonly Claim[],
): Stands['takenBy'] {
  const keys = new Set(claims.map(claimKey).filter((key) => !before.has(key)));
  return new Map([...after].filter(([key]) => !keys.has(key)));
}

/** The text that a write of ours started from shows what somebody edited by hand since our previous write. */
function seenBefore(stands: Stands, text: string | null): Stands {
  if (text === null) return { ...stands, onTop: null };
  const isAsLeft = typeof stands.text === 'string' && meansTheSame(stands.text, text);
  return pruned({ ...stands, text, onTop: isAsLeft ? stands.onTop : null }, null);
}

/** The text decides: drops claims on services that it does not deny, and exemptions of principals that it does not leave free. */
function pruned(
  stands: Stands,
  by: { readonly changeId: string; readonly rolledBack: boolean } | null,
): Stands {
  const parsed = typeof stands.text === 'string' ? parsePolicy(stands.text) : null;
  if (parsed === null || !parsed.ok) return stands;
  const denied = new Set(ourDeniedServices(parsed.value));
  const gone = stands.claims.filter(({ service }) => !denied.has(service));
  return {
    ...stands,
    claims: stands.claims.filter((claim) => !gone.includes(claim)),
    takenBy: by === null ? stands.takenBy : withTaken(stands.takenBy, gone, by),
    exemptions: new Map(
      [...stands.exemptions].filter(([, { principal, service }]) =>
        isFreeOf(parsed.value, service, principal),
      ),
    ),
  };
}

function isNot(withdrawn: ReadonlySet<string>): (claim: Claim) => boolean {
  return (claim) => !withdrawn.has(revisionKey(claim));
}

function openKey(
  write: Pick<OwnWrite, 'changeId' | 'revision'>,
  direction: 'apply' | 'roll-back',
  step: number,
): string {
  return `${revisionKey(write)} ${direction} ${step}`;
}

function without(values: ReadonlySet<string>, gone: string): ReadonlySet<string> {
  return new Set([...values].filter((value) => value !== gone));
}
