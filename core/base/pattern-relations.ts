/** Whether whatever an action pattern matches is matched by another one, actions that AWS adds later included; letter case does not count. True is certain, false is not. */
export function patternWithin(inner: string, outer: string): boolean {
  return relates(inner.toLowerCase(), outer.toLowerCase(), (inside, outside, at, below) => {
    const wanted = outside[at.other];
    if (wanted === '*')
      return below(at.one, at.other + 1) || (at.one < inside.length && below(at.one + 1, at.other));
    const given = inside[at.one];
    if (given === undefined || wanted === undefined) return given === wanted;
    const fits = given !== '*' && (wanted === '?' || wanted === given);
    return fits && below(at.one + 1, at.other + 1);
  });
}

/** Whether some text is matched by two action patterns; letter case does not count. */
export function patternsMeet(one: string, other: string): boolean {
  return relates(one.toLowerCase(), other.toLowerCase(), (first, second, at, below) => {
    const here = first[at.one];
    const there = second[at.other];
    if (here === '*')
      return below(at.one + 1, at.other) || (there !== undefined && below(at.one, at.other + 1));
    if (there === '*')
      return below(at.one, at.other + 1) || (here !== undefined && below(at.one + 1, at.other));
    if (here === undefined || there === undefined) return here === there;
    const fits = here === '?' || there === '?' || here === there;
    return fits && below(at.one + 1, at.other + 1);
  });
}

interface Places {
  readonly one: number;
  readonly other: number;
}
type Step = (
  one: string,
  other: string,
  at: Places,
  below: (one: number, other: number) => boolean,
) => boolean;

// Each pair of places is judged once, so that many stars cost a product and no power.
function relates(one: string, other: string, step: Step): boolean {
  const width = other.length + 1;
  const known = new Map<number, boolean>();
  const judge = (atOne: number, atOther: number): boolean => {
    const key = atOne * width + atOther;
    const before = known.get(key);
    if (before !== undefined) return before;
    const answer = step(one, other, { one: atOne, other: atOther }, judge);
    known.set(key, answer);
    return answer;
  };
  return judge(0, 0);
}
