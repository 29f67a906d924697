import { namedAccount } from '../../core/finding/access-report.ts';
import { NewerFormat } from '../store-ports.ts';
import type { Item } from './store-items.ts';
import { outcomesInResult } from './stored-result.ts';

/** One step from a format to the next: the stored value as the next format would have stored it. */
type Upgrade = (stored: unknown) => unknown;

/** How each kind of item came to its format of today, oldest step first: step 1 makes format 2 of format 1. An item without a format is of format 1. A sample of every format is kept in test/cases/storage. */
const upgrades = {
  change: [noticeClaimsAsData, listsMayBeHashed],
  evidence: [],
  review: [],
  result: [outcomesInResult],
  report: [],
  answer: [],
  page: [],
  'account list': [],
  'account line': [],
  tree: [],
  grants: [],
  'seen use': [],
  asked: [],
  allowed: [],
  finding: [accountOfFinding],
  exemption: [],
  request: [],
  'open requests': [],
  'asked back': [],
  lease: [],
  run: [],
  progress: [],
  lock: [],
  budget: [],
  'kill switch': [],
  'freeze turn': [],
  event: [],
  message: [],
} as const satisfies Readonly<Record<string, readonly Upgrade[]>>;

/** A kind of stored item. */
export type StoredKind = keyof typeof upgrades;

/** The attribute by which an item of this kind says in which format it is. */
export function formatAttribute(kind: StoredKind): { readonly format: number } {
  return { format: upgrades[kind].length + 1 };
}

/** What an item holds, in the format of today. Throws `NewerFormat` for one that a later version wrote: it is never read by half. */
export function upToDate(kind: StoredKind, item: Item, stored: unknown): unknown {
  const { format: known } = formatAttribute(kind);
  const format = item.format ?? 1;
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1 || format > known)
    throw new NewerFormat(
      `${item.pk} (${kind}) is stored in format ${format}, and this version knows formats up to ${known}: deploy the version that wrote it, or a later one`,
    );
  const steps: readonly Upgrade[] = upgrades[kind];
  return steps.slice(format - 1).reduce((value, upgrade) => upgrade(value), stored);
}

/** Format 1 kept who used a service last as a path. */
function accountOfFinding(stored: unknown): unknown {
  const { finding, ...rest } = stored as {
    readonly finding: { readonly lastAccessedEntityPath: string | null };
  };
  const { lastAccessedEntityPath, ...same } = finding;
  return { ...rest, finding: { ...same, lastAccessedBy: namedAccount(lastAccessedEntityPath) } };
}

/** Format 1 kept the claims of the notifier as a note: `reader/channel/purpose`, separated by spaces. */
function noticeClaimsAsData(stored: unknown): unknown {
  const body = stored as { readonly history: readonly Readonly<Record<string, unknown>>[] };
  const history = body.history.map((event) => {
    if (event.type !== 'noted' || event.code !== 'NOTIFYING') return event;
    const { code: _, detail, ...head } = event;
    const claims = String(detail).split(' ').flatMap(claimIn);
    return { ...head, type: 'notifying', claims };
  });
  return { ...body, history };
}

/** Format 3 may name the evidence of a change of an account's IAM by its hash. Format 2 had it in the item: it reads the same. */
function listsMayBeHashed(stored: unknown): unknown {
  return stored;
}

function claimIn(text: string) {
  const [, approverId, channel, purpose] = /^(.+)\/([^/]+)\/([^/]+)$/.exec(text) ?? [];
  return approverId === undefined ? [] : [{ approverId, channel, purpose }];
}
