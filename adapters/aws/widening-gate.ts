/** Lets some work in at a time. */
export interface WideningGate {
  /** Runs the work when there is room for it, in the order of asking. */
  enter<Answer>(work: () => Promise<Answer>): Promise<Answer>;
}

/** A gate that begins narrow and is one wider with every work that went through: what AWS takes is found out without a storm of calls at first. */
export function createWideningGate(widths: {
  readonly first: number;
  readonly widest: number;
}): WideningGate {
  let width = widths.first;
  let inside = 0;
  const waiting: (() => void)[] = [];

  const letIn = (): void => {
    while (inside < width && waiting.length > 0) {
      inside += 1;
      waiting.shift()?.();
    }
  };

  return {
    enter: async (work) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        letIn();
      });
      try {
        const answer = await work();
        width = Math.min(widths.widest, width + 1);
        return answer;
      } finally {
        inside -= 1;
        letIn();
      }
    },
  };
}
