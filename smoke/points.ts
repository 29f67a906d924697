/** A point on which only AWS can tell: what the product assumes, and how to see it. */
export interface Point<Setup> {
  readonly name: string;
  /** What is seen where AWS behaves as the product assumes. */
  readonly assumed: string;
  /** The permission that a review does not need: where the caller lacks it, nothing is known of the point. */
  readonly needs?: string;
  /** Looks, and answers in the same words what was seen. */
  look(setup: Setup): Promise<string>;
}

/** What was seen of a point. */
export interface Seen {
  readonly name: string;
  readonly assumed: string;
  readonly seen: string;
  readonly verdict: 'as assumed' | 'differs' | 'not tried';
}

/** Looks at every point, one after the other. */
export async function lookAt<Setup>(points: readonly Point<Setup>[], setup: Setup): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const { assumed, look, name, needs } of points) {
    const answer = await look(setup);
    if (needs !== undefined && /^refused: AccessDenied/.test(answer))
      seen.push({ name, assumed, seen: `the caller may not ${needs}`, verdict: 'not tried' });
    else seen.push({ name, assumed, seen: answer, verdict: answer === assumed ? 'as assumed' : 'differs' });
  }
  return seen;
}

/** How AWS answers a call: `accepted`, or `refused: CODE`. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    return `refused: ${error instanceof Error ? error.name : String(error)}`;
  }
}
