import { isObject, parseJson, parseObject } from './json.ts';
/** One message attribute: its data type (`String`, `String.Array`, `Number`, `Binary`) and its text. */
export interface MessageAttribute {
  readonly type: string;
  readonly value: string;
}

type Pattern = string | number | boolean | null | Readonly<Record<string, unknown>>;

/** A subscription's filter policy: every named attribute must match one of its patterns. */
export type FilterPolicy = ReadonlyMap<string, readonly Pattern[]>;

const OPERATORS = new Set(['prefix', 'suffix', 'anything-but', 'exists', 'equals-ignore-case']);

/** Reads a filter policy; `problem` is SNS's sentence where the text is none, and then the policy is empty. */
export function readFilterPolicy(text: string): {
  readonly policy: FilterPolicy;
  readonly problem: string | null;
} {
  const refuse = (why: string) => ({
    policy: new Map<string, readonly Pattern[]>(),
    problem: `FilterPolicy: ${why}`,
  });
  const parsed = parseObject(text);
  if (parsed === null) return refuse('failed to parse JSON');
  const policy = new Map<string, readonly Pattern[]>();
  for (const [name, patterns] of Object.entries(parsed)) {
    if (!Array.isArray(patterns) || patterns.length === 0)
      return refuse(`"${name}" must be an array of at least one value`);
    const bad = patterns.find((pattern) => !isPattern(pattern));
    if (bad !== undefined) return refuse(`Unrecognized match type ${JSON.stringify(bad)}`);
    policy.set(name, patterns as readonly Pattern[]);
  }
  return { policy, problem: null };
}

/** True if a message with these attributes passes the policy. */
export function passesFilter(
  policy: FilterPolicy,
  attributes: ReadonlyMap<string, MessageAttribute>,
): boolean {
  for (const [name, patterns] of policy) {
    const values = valuesOf(attributes.get(name));
    if (!patterns.some((pattern) => matches(pattern, values))) return false;
  }
  return true;
}

/** The values that an attribute offers for matching; null where the message has no such attribute. */
function valuesOf(attribute: MessageAttribute | undefined): readonly unknown[] | null {
  if (attribute === undefined || attribute.type.startsWith('Binary')) return null;
  if (attribute.type.startsWith('Number')) return [Number(attribute.value)];
  if (!attribute.type.startsWith('String.Array')) return [attribute.value];
  const parsed = parseJson(attribute.value);
  return Array.isArray(parsed) ? parsed : [attribute.value];
}

function matches(pattern: Pattern, values: readonly unknown[] | null): boolean {
  if (typeof pattern === 'object' && pattern !== null) {
    if ('exists' in pattern) return pattern.exists === (values !== null);
    return values?.some((value) => matchesOperator(pattern, value)) ?? false;
  }
  return values?.includes(pattern) ?? false;
}

function matchesOperator(pattern: Readonly<Record<string, unknown>>, value: unknown): boolean {
  const text = String(value);
  if (typeof pattern.prefix === 'string') return text.startsWith(pattern.prefix);
  if (typeof pattern.suffix === 'string') return text.endsWith(pattern.suffix);
  const ignoringCase = pattern['equals-ignore-case'];
  if (typeof ignoringCase === 'string') return text.toLowerCase() === ignoringCase.toLowerCase();
  const refused = pattern['anything-but'];
  if (Array.isArray(refused)) return !refused.includes(value);
  if (isObject(refused) && typeof refused.prefix === 'string') return !text.startsWith(refused.prefix);
  return refused !== value;
}

function isPattern(pattern: unknown): pattern is Pattern {
  if (!isObject(pattern)) return !Array.isArray(pattern);
  const keys = Object.keys(pattern);
  return keys.length === 1 && OPERATORS.has(keys[0] ?? '');
}
