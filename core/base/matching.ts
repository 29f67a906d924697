const anyNumber = '*';
const exactlyOne = '?';

/** Whether a pattern with `*` (any number of characters) and `?` (exactly one) matches a whole text, letter case counting. Linear in practice, never exponential. */
export function globMatches(pattern: string, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let lastStar = -1;
  let starTook = 0;
  while (inText < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === anyNumber) {
      lastStar = inPattern;
      starTook = inText;
      inPattern += 1;
    } else if (wanted === exactlyOne || (wanted !== undefined && wanted === text[inText])) {
      inPattern += 1;
      inText += 1;
    } else if (lastStar >= 0) {
      starTook += 1;
      inText = starTook;
      inPattern = lastStar + 1;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === anyNumber) inPattern += 1;
  return inPattern === pattern.length;
}

/** Whether an action pattern matches one concrete action such as `s3:GetObject`; letter case does not count (IAM User Guide, "Action"). */
export function patternMatchesAction(pattern: string, action: string): boolean {
  return globMatches(pattern.toLowerCase(), action.toLowerCase());
}

/** Whether an action pattern matches every present and future action of a service: `*`, `ns:*`, `ns:**`, `*:*`. */
export function patternCoversService(pattern: string, namespace: string): boolean {
  if (pattern === anyNumber) return true;
  const wanted = pattern.toLowerCase();
  const prefix = `${namespace.toLowerCase()}:`;
  if (isOtherService(wanted, prefix)) return false;
  // A character that no pattern holds is matched only by wildcards; one of it and more of it than
  // the pattern has places together stand for every action name there can be.
  const unknown = '\u0000';
  return (
    globMatches(wanted, prefix + unknown) && globMatches(wanted, prefix + unknown.repeat(wanted.length + 1))
  );
}

/** Whether an action pattern may match some action of a service. */
export function patternTouchesService(pattern: string, namespace: string): boolean {
  if (pattern === anyNumber) return true;
  const wanted = pattern.toLowerCase();
  const prefix = `${namespace.toLowerCase()}:`;
  if (isOtherService(wanted, prefix)) return false;
  let places = withStarsPassed(wanted, new Set([0]));
  for (const character of prefix) places = withStarsPassed(wanted, step(wanted, places, character));
  // Whatever is left of the pattern matches one more character or many; an action's name has no colon.
  const namePlaces = [...places].filter((place) => place < wanted.length);
  return namePlaces.some((place) => !wanted.includes(':', place));
}

function isOtherService(pattern: string, prefix: string): boolean {
  for (let at = 0; at < prefix.length; at += 1) {
    const wanted = pattern[at];
    if (wanted === anyNumber) return false;
    if (wanted !== exactlyOne && wanted !== prefix[at]) return true;
  }
  return false;
}

function step(pattern: string, places: ReadonlySet<number>, character: string): Set<number> {
  const after = new Set<number>();
  for (const place of places) {
    const wanted = pattern[place];
    if (wanted === anyNumber) after.add(place);
    else if (wanted === exactlyOne || wanted === character) after.add(place + 1);
  }
  return after;
}

function withStarsPassed(pattern: string, places: Set<number>): Set<number> {
  for (const place of places) if (pattern[place] === anyNumber) places.add(place + 1);
  return places;
}
