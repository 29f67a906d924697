/** Denials before anything was allowed that are enough to say that everything is denied. */
const enoughDenials = 10;

/** Tells a denial of one subject from a denial of all. */
export interface DenialScope {
  /** Something was asked. */
  begun(): void;
  /** It was allowed, or had another end than a denial. */
  ended(end: 'allowed' | 'other'): void;
  /** It was denied: resolves, as soon as the others tell, whether everything is. */
  denied(): Promise<boolean>;
}

/** A scope in which nothing was asked yet. A permission may hold for some users, groups, roles and policies only: whether one denial speaks for all shows by the others. */
export function createDenialScope(): DenialScope {
  let open = 0;
  let denials = 0;
  let anyAllowed = false;
  let waiting: ((all: boolean) => void)[] = [];

  const answerWaiting = (): void => {
    if (!anyAllowed && open > 0 && denials < enoughDenials) return;
    for (const resolve of waiting) resolve(!anyAllowed);
    waiting = [];
  };

  return {
    begun: () => {
      open += 1;
    },
    ended: (end) => {
      open -= 1;
      if (end === 'allowed') anyAllowed = true;
      answerWaiting();
    },
    denied: () =>
      new Promise((resolve) => {
        open -= 1;
        denials += 1;
        waiting.push(resolve);
        answerWaiting();
      }),
  };
}
