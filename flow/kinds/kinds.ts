import type { ChangeContent, ChangeKind } from '../../core/change/content/change.ts';
import { iamInFlow } from './iam.ts';
import type { KindInFlow } from './kind-in-flow.ts';
import { scpInFlow } from './scp.ts';

/** Every kind of change with its reads: one without an entry does not compile. */
const kindsInFlow: { readonly [Name in ChangeKind]: KindInFlow<unknown> } = {
  scp: scpInFlow,
  iam: iamInFlow,
};

/** What is special to a change, and what is read for it, by its kind. */
export function kindInFlow({ kind }: Pick<ChangeContent, 'kind'>): KindInFlow<unknown> {
  return kindsInFlow[kind];
}
