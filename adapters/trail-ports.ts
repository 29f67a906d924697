/** One file of a trail, or why it could not be read. */
export type TrailFile =
  | { readonly name: string; readonly records: readonly unknown[] }
  | { readonly name: string; readonly failure: string };

/** A copy of a trail: its files one after the other, so that no more than one is in memory. */
export interface Trail {
  files(): AsyncIterable<TrailFile>;
}
