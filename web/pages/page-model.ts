import type { LinkPurpose } from '../../core/change/links/links.ts';
import type { DecisionRefusal } from '../../core/change/links/refusal.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';

/** The form that a page offers. */
export interface PageForm {
  readonly purpose: LinkPurpose;
  readonly token: string;
  readonly digest: string;
}

/** What a page is made of. */
export interface ChangePage {
  readonly view: ChangeView;
  /** Whose link it is, and what this person should know before acting. */
  readonly reader: { readonly name: string; readonly hint: string | null };
  /** Null: there is nothing to do with this link now. */
  readonly form: PageForm | null;
  /** Who else may decide on it, so that it can be handed over: by id, with names. */
  readonly others: readonly { readonly id: string; readonly name: string }[];
  /** Why the link shows state and decider alone, or null while it is alive. */
  readonly whyOver: string | null;
  /** That something was sent by this link, which still shows everything; null where nothing was, or it is over. */
  readonly sent: string | null;
  /** A give-back that became of what was sent by this link, or null. */
  readonly asked: Pick<ChangeView, 'id' | 'services' | 'statusLabel' | 'decideBy'> | null;
  readonly refusals: readonly DecisionRefusal[];
  /** The form as it was sent, empty on a first look. */
  readonly entered: URLSearchParams;
}
