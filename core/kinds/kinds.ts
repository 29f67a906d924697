import type { ChangeContent, ChangeKind } from '../change/content/change.ts';
import { iam } from './iam/kind.ts';
import type { Kind } from './kind.ts';
import { scp } from './scp/kind.ts';

/** Every kind of change: one without an entry does not compile. */
const kinds: { readonly [Name in ChangeKind]: Kind } = { scp, iam };

/** What is special to a change, by its kind. */
export function kindOf({ kind }: Pick<ChangeContent, 'kind'>): Kind {
  return kinds[kind];
}
