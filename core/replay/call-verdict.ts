import { patternCoversService, patternMatchesAction, patternTouchesService } from '../base/matching.ts';
import type { PolicyDocument, Statement } from '../policy/document.ts';
import { conditionOfCall } from './call-conditions.ts';
import type { ActionOfEvent, ActionsOfEvent } from './event-actions.ts';
import type { TrailCall } from './trail-record.ts';

/** An SCP as it would be, and as it is; null for one that does not exist yet. */
export interface ReplayedEdit {
  readonly before: PolicyDocument | null;
  readonly after: PolicyDocument;
}

/** What an edit would have done with a call: `perhaps` hangs on what the record does not tell, `not-seen` on an action that the table does not know. */
export type CallVerdict = 'denied' | 'perhaps' | 'not-seen' | 'not-touched';

/** How much an edit does with a call, weakest first. */
const strength: readonly CallVerdict[] = ['not-touched', 'not-seen', 'perhaps', 'denied'];
const everything = /^\*+$/;

/** A judge of calls. What the edit leaves as it is for a service is found out once for each. */
export function createCallJudge(
  edit: ReplayedEdit,
): (call: TrailCall, actions: ActionsOfEvent | null) => CallVerdict {
  const touched = new Map<string, boolean>();
  const isTouched = (namespace: string): boolean => {
    const known = touched.get(namespace);
    if (known !== undefined) return known;
    const answer = saidOf(edit.before, namespace) !== saidOf(edit.after, namespace);
    touched.set(namespace, answer);
    return answer;
  };
  const ofAction = (call: TrailCall, action: ActionOfEvent): CallVerdict => {
    if (!isTouched(action.namespace)) return 'not-touched';
    const before = edit.before ? deniedBy(edit.before, call, action) : 'not-touched';
    const after = stronger(deniedBy(edit.after, call, action), noMoreAllowed(edit, action));
    return strength.indexOf(after) > strength.indexOf(before) ? after : 'not-touched';
  };
  return (call, actions) => {
    if (actions === null) return 'not-seen';
    // Of one alternative every action must be allowed; which alternative it was nobody knows.
    const verdicts = actions.map((each) =>
      each.map((action) => ofAction(call, action)).reduce(stronger, 'not-touched'),
    );
    const [first = 'not-touched', ...others] = verdicts;
    if (others.every((verdict) => verdict === first)) return first;
    return verdicts.some((verdict) => verdict === 'denied' || verdict === 'perhaps') ? 'perhaps' : 'not-seen';
  };
}

function deniedBy({ statements }: PolicyDocument, call: TrailCall, action: ActionOfEvent): CallVerdict {
  return statements
    .filter(({ effect }) => effect === 'Deny')
    .map((statement): CallVerdict => {
      const reach = reachOf(statement, action);
      if (reach === 'none') return 'not-touched';
      const condition = statement.condition === null ? 'held' : conditionOfCall(statement.condition, call);
      if (condition === 'did-not-hold') return 'not-touched';
      if (reach === 'unknown') return 'not-seen';
      const { kind, patterns } = statement.resources;
      const isEverywhere = kind === 'resource' && patterns.some((pattern) => everything.test(pattern));
      return isEverywhere && condition === 'held' ? 'denied' : 'perhaps';
    })
    .reduce(stronger, 'not-touched');
}

/** What the text allowed and does not allow any more may be allowed by another SCP of the same place. */
function noMoreAllowed({ after, before }: ReplayedEdit, action: ActionOfEvent): CallVerdict {
  const allows = (document: PolicyDocument): boolean =>
    document.statements.some(
      (statement) => statement.effect === 'Allow' && reachOf(statement, action) !== 'none',
    );
  return before !== null && allows(before) && !allows(after) ? 'perhaps' : 'not-touched';
}

/** Whether a statement names an action; `unknown` where only its service is known, and some of that is named. */
function reachOf({ actions }: Statement, { name, namespace }: ActionOfEvent): 'all' | 'none' | 'unknown' {
  const isNamed = actions.kind === 'action';
  const { patterns } = actions;
  if (name !== null) {
    const matches = patterns.some((pattern) => patternMatchesAction(pattern, `${namespace}:${name}`));
    return matches === isNamed ? 'all' : 'none';
  }
  if (patterns.some((pattern) => patternCoversService(pattern, namespace))) return isNamed ? 'all' : 'none';
  if (patterns.some((pattern) => patternTouchesService(pattern, namespace))) return 'unknown';
  return isNamed ? 'none' : 'all';
}

/** All that a text says of a service, to be compared. */
function saidOf(document: PolicyDocument | null, namespace: string): string {
  const said = (document?.statements ?? []).map(({ actions, condition, effect, resources }) => {
    const patterns = actions.patterns.filter((pattern) => patternTouchesService(pattern, namespace)).sort();
    if (actions.kind === 'action' && patterns.length === 0) return '';
    return JSON.stringify([effect, actions.kind, patterns, resources, condition]);
  });
  // A text that is new takes nothing away by what it allows.
  const counted = document === null ? [] : said.filter((text) => text !== '');
  return [...new Set(counted)].sort().join('\n');
}

function stronger(one: CallVerdict, other: CallVerdict): CallVerdict {
  return strength.indexOf(other) > strength.indexOf(one) ? other : one;
}
