import type { Json } from '../../base/canonical-json.ts';
import { resourceKey } from '../../identity/identity-values.ts';
import type { ChangeContent, ChangeKind } from './change.ts';
import { editOf } from './edit.ts';
import { toldExemptions } from './exempted.ts';
import { identityPartOf, identityStepsOf } from './identity-content.ts';

/** Begins the names of events on the bus: `SCP Change Proposed`. */
export type EventPrefix = 'SCP' | 'IAM';

/** What a change is about, read from its steps: for lists, for events and for who may have led to it. */
export interface Subject {
  readonly eventPrefix: EventPrefix;
  /** What its events on the bus say beside what those of every change say. */
  readonly eventFields: { readonly [name: string]: Json };
  /** How a list names it: the SCP that exists, or the account whose IAM is written, and a name for people. */
  readonly listedId: string | null;
  readonly listedName: string;
  /** Ids of the resources that it writes and that other changes may write as well. */
  readonly resourceIds: readonly string[];
  /** Users and roles from whom it takes access in IAM, by ARN. */
  readonly narrowedPrincipals: readonly string[];
}

type About = Pick<
  ChangeContent,
  'exemptions' | 'id' | 'identity' | 'intent' | 'kind' | 'services' | 'steps' | 'targets'
>;

/** One reading for each kind: a kind without one does not compile. */
const subjects: { readonly [Kind in ChangeKind]: (content: About) => Subject } = {
  scp: (content) => {
    const { kind, policyId, policyName } = editOf(content);
    const { intent } = content;
    return {
      eventPrefix: 'SCP',
      eventFields: {
        kind,
        policyId,
        policyName,
        ...(intent === undefined ? {} : { intent }),
        ...toldExemptions(content),
      },
      listedId: policyId,
      listedName: policyName,
      resourceIds: policyId === null ? [] : [policyId],
      narrowedPrincipals: [],
    };
  },
  iam: (content) => {
    const { accountId, actions, principals, title } = identityPartOf(content);
    return {
      eventPrefix: 'IAM',
      eventFields: { kind: 'iam', accountId, title, actions, principals: principals.length },
      // A list names it by its account; what it writes are resources of it.
      listedId: accountId,
      listedName: title,
      resourceIds: identityStepsOf(content).map(({ resource }) => `${accountId}/${resourceKey(resource)}`),
      narrowedPrincipals: principals,
    };
  },
};

/** What a change is about. */
export function subjectOf(content: About): Subject {
  return subjects[content.kind](content);
}
