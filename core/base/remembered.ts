/*
 * A review asks the same things again and again: every check of a proof, every service at every entity, every edit of an
 * account. What follows from one argument alone, which nobody changes, is worked out once and remembered as long as the
 * argument lives. So no argument and no field has to be carried from whoever knows the answer to whoever asks, and no
 * suite or invocation sees another one's answers. What is cheap, or asked once, is not remembered.
 */

/** The function that answers the same for the same argument, and works it out once. Nobody may change the argument or the answer. */
/* @__NO_SIDE_EFFECTS__ */
export function rememberedFor<Argument extends object, Answer>(
  workOut: (argument: Argument) => Answer,
): (argument: Argument) => Answer {
  return rememberedIn(new WeakMap<Argument, Answer>(), workOut);
}

/** The same for names, such as a service of an organization: to be made inside of `rememberedFor`, so that it ends with an argument. */
/* @__NO_SIDE_EFFECTS__ */
export function rememberedByName<Answer>(workOut: (name: string) => Answer): (name: string) => Answer {
  return rememberedIn(new Map<string, Answer>(), workOut);
}

/** So many texts are remembered: those of one edit, before and after it, and not all that an account has. */
const mostTexts = 8;

/** The same for texts, such as those of a policy before and after an edit, of which the latest alone are remembered. */
/* @__NO_SIDE_EFFECTS__ */
export function rememberedForLatest<Answer>(workOut: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return rememberedIn(known, (text) => {
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size === mostTexts) known.delete(oldest);
    return workOut(text);
  });
}

/* @__NO_SIDE_EFFECTS__ */
function rememberedIn<Argument, Answer>(
  known: { get(argument: Argument): Answer | undefined; set(argument: Argument, answer: Answer): unknown },
  workOut: (argument: Argument) => Answer,
): (argument: Argument) => Answer {
  return (argument) => {
    const before = known.get(argument);
    if (before !== undefined) return before;
    const answer = workOut(argument);
    known.set(argument, answer);
    return answer;
  };
}
