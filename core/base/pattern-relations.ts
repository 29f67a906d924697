/** Whether whatever an action pattern matches is matched by another one, actions that AWS adds later included; letter case does not count. True is certain, false is not. */
export function patternWithin(inner: string, outer: string): boolean {
  const inside = inner.toLowerCase();
  const outside = outer.toLowerCase();
  return isWithin(inside, 0, outside, 0, []);
}

/** Whether some text is matched by two action patterns; letter case does not count. */
export function patternsMeet(one: string, other: string): boolean {
  return doMeet(one.toLowerCase(), 0, other.toLowerCase(), 0, []);
}

// Pairs of places that are known to lead nowhere: each is looked at once, so that many stars cost a product and no power.
type DeadEnds = boolean[];

function isWithin(inside: string, inner: number, outside: string, outer: number, dead: DeadEnds): boolean {
  let at = inner;
  let wantedAt = outer;
  // Without a star in the outer pattern there is one way on: most patterns part within a few letters.
  for (; outside[wantedAt] !== '*'; at += 1, wantedAt += 1) {
    const wanted = outside[wantedAt];
    const given = inside[at];
    if (wanted === undefined || given === undefined) return wanted === given;
    if (given === '*' || (wanted !== '?' && wanted !== given)) return false;
  }
  for (; at <= inside.length; at += 1) {
    const pair = at * (outside.length + 1) + wantedAt;
    if (dead[pair]) return false;
    if (isWithin(inside, at, outside, wantedAt + 1, dead)) return true;
    dead[pair] = true;
  }
  return false;
}

function doMeet(one: string, inOne: number, other: string, inOther: number, dead: DeadEnds): boolean {
  let at = inOne;
  let otherAt = inOther;
  for (; one[at] !== '*' && other[otherAt] !== '*'; at += 1, otherAt += 1) {
    const here = one[at];
    const there = other[otherAt];
    if (here === undefined || there === undefined) return here === there;
    if (here !== '?' && there !== '?' && here !== there) return false;
  }
  const pair = at * (other.length + 1) + otherAt;
  if (dead[pair]) return false;
  dead[pair] = true;
  // The star stands for nothing, or for whatever is next on the other side.
  if (one[at] === '*')
    return (
      doMeet(one, at + 1, other, otherAt, dead) ||
      (otherAt < other.length && doMeet(one, at, other, otherAt + 1, dead))
    );
  return (
    doMeet(one, at, other, otherAt + 1, dead) ||
    (at < one.length && doMeet(one, at + 1, other, otherAt, dead))
  );
}
