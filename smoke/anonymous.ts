/** Replaces what tells whose organization it is. The same value is always replaced by the same word, so that a reader can follow it. */
export interface Anonymizer {
  /** A copy of a JSON value, dates as ISO times. */
  of(value: unknown): unknown;
}

/** Fields whose text people chose, or that name a person. */
const chosenFields: ReadonlySet<string> = new Set(['Name', 'Email', 'Description', 'UserId']);
/** Names that the test itself gave begin so, and are kept. */
const ownName = /^oar-smoke-/;

/** Ids by what they look like, each with the word that stands for it. Organizations API and IAM User Guide, "IAM identifiers". */
const ids: readonly (readonly [word: string, pattern: RegExp])[] = [
  ['principal', /(?<=:(?:user|role|assumed-role|federated-user)\/)[^"\s]+/g],
  ['key', /\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{12,}\b/g],
  ['ou', /\bou-[0-9a-z]{4,32}-[0-9a-z]{8,32}\b/g],
  ['organization', /\bo-[0-9a-z]{10,32}\b/g],
  ['root', /(?<![\w-])r-[0-9a-z]{4,32}\b/g],
  ['policy', /(?<![\w-])p-(?!FullAWSAccess\b)[0-9a-zA-Z_]{8,128}\b/g],
  ['account', /(?<![\w-])\d{12}(?![\w])/g],
  ['mail', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
];

/** Starts with no word given away. */
export function createAnonymizer(): Anonymizer {
  const words = new Map<string, string>();
  const counts = new Map<string, number>();
  const wordFor = (kind: string, value: string): string => {
    const known = words.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const word = `(${kind} ${count})`;
    words.set(value, word);
    return word;
  };
  const text = (value: string, field: string): string => {
    if (ownName.test(value)) return value;
    if (field === 'Content') return `(a text of ${value.length} characters)`;
    if (chosenFields.has(field) && value !== '') return wordFor('name', value);
    let replaced = value;
    for (const [kind, pattern] of ids) replaced = replaced.replace(pattern, (id) => wordFor(kind, id));
    // A refusal may quote a name that an answer before it told.
    for (const [name, word] of words) if (name.length > 3) replaced = replaced.replaceAll(name, word);
    return replaced;
  };
  const copy = (value: unknown, field: string): unknown => {
    if (typeof value === 'string') return text(value, field);
    if (value instanceof Date) return value.toISOString();
    if (Array.isArray(value)) return value.map((item) => copy(item, field));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, key)]));
  };
  return { of: (value) => copy(value, '') };
}
