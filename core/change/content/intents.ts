import type { ChangeContent } from './change.ts';

/** What a change is for. A stored change that denies, or that narrows IAM, names no intent; what `unknown` is for, a later version knows. */
export type Intent = 'deny' | NonNullable<ChangeContent['intent']> | 'unknown';

/** What is true of every change with an intent, by what others ask of it. */
export interface IntentMeaning {
  /** Whether it takes its services out of a deny of ours. */
  readonly givesBack: boolean;
  /** Whether it takes its services from everybody whom it reaches. */
  readonly deniesEverybody: boolean;
  /** Whether a review may add services to it while nobody has decided. */
  readonly takesAdditions: boolean;
  /** Who proposes it: a review, or whoever asks for it. */
  readonly proposedBy: 'review' | 'asker';
  /** What must be open still when a review looks at the proposal again. */
  readonly answers: 'findings' | 'ended-exemptions';
  /** When its services rest, so that no review proposes to deny them. */
  readonly servicesRest: 'once-decided-against' | 'once-applied' | 'never';
  /** What it does to a user or role that it names: it frees them of a deny of ours, or ends that. */
  readonly doesToNamed: 'freed' | 'bound';
  /** How long a decision against it may hold: as long as whoever decides says, or as an exemption may last. */
  readonly decisionHolds: 'as-decided' | 'as-an-exemption';
}

/** What is not known is shown, and nothing more: nobody decides on it, and nothing is written for it. */
const unknown: IntentMeaning = {
  givesBack: false,
  deniesEverybody: false,
  takesAdditions: false,
  proposedBy: 'review',
  answers: 'findings',
  servicesRest: 'never',
  doesToNamed: 'bound',
  decisionHolds: 'as-decided',
};

/** Every intent by how it differs from that: one without an entry does not compile. */
const meanings: { readonly [Each in Intent]: IntentMeaning } = {
  unknown,
  deny: { ...unknown, deniesEverybody: true, takesAdditions: true, servicesRest: 'once-decided-against' },
  'give-back': {
    // It has no findings: nothing ends it.
    ...unknown,
    givesBack: true,
    proposedBy: 'asker',
    // Deciding against it is no decision against the deny.
    servicesRest: 'once-applied',
    doesToNamed: 'freed',
  },
  // Deciding for an exemption is no decision against the deny.
  'end-exemption': { ...unknown, answers: 'ended-exemptions', decisionHolds: 'as-an-exemption' },
};

/** The intent of a change. What follows from it, `meaningOfIntent` says. */
export function intentOf({ intent }: Pick<ChangeContent, 'intent'>): Intent {
  if (intent === undefined) return 'deny';
  return Object.hasOwn(meanings, intent) ? intent : 'unknown';
}

/** The intent of a change by the name that a later version gave it; null: this one knows it. */
export function unknownIntent({ intent }: Pick<ChangeContent, 'intent'>): string | null {
  return intent !== undefined && !Object.hasOwn(meanings, intent) ? intent : null;
}

/** What the intent of a change means. Nothing outside `core/kinds` asks for an intent by its name. */
export function meaningOfIntent(content: Pick<ChangeContent, 'intent'>): IntentMeaning {
  return meanings[intentOf(content)];
}
