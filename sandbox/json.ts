/** A JSON object whose members nobody has looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a JSON object, false for null, lists and scalars. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a JSON text, or null for what is none. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** The object of a JSON text, or null for anything else. */
export const parseObject = (text: string): JsonObject | null => {
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : null;
};
