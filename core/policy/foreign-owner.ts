/** Who runs SCPs, and the marks that he leaves on them. All patterns are globs, compared without letter case. */
export interface ForeignOwner {
  /** In words that fit behind "belongs to". */
  readonly owner: string;
  /** Where the marks are documented or written. */
  readonly source: string;
  readonly names?: readonly string[];
  readonly descriptions?: readonly string[];
  /** Tag keys that nobody else uses; a value such as `false` or `no` takes the mark away. */
  readonly tagKeys?: readonly string[];
  /** Tags of which key and value count together. */
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  /** What a general tag such as ManagedBy, or a description's "managed by …", calls the owner: words in lower case. */
  readonly words?: readonly string[];
  /** The same, where people, teams or things are called so too: it counts where nothing but the owner can be meant, and never as the name of a team. */
  readonly commonWords?: readonly string[];
  /** Whether a description says that the policy is left to the owner. */
  readonly isToldBy?: (description: string) => boolean;
}
