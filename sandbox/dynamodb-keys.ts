/** `begins_with(name, :value)` and `name = :value`, with what stands for the name and the value. */
const comparisons = /begins_with\s*\(\s*(#?\w+)\s*,\s*(:\w+)\s*\)|(#?\w+)\s*(?:=|<=?|>=?)\s*(:\w+)/g;

interface Query {
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
}

/**
 * What AWS says of a Query that compares a key with an empty text, or null: the embedded server takes it. Amazon DynamoDB
 * Developer Guide, "Constraints": a key attribute has at least one byte.
 */
export function emptyKeyRefusal(body: string): string | null {
  const query = parsed(body);
  for (const [, began, prefix, compared, value] of (query?.KeyConditionExpression ?? '').matchAll(
    comparisons,
  )) {
    const [name = '', placeholder = ''] = [began ?? compared, prefix ?? value];
    if (query?.ExpressionAttributeValues?.[placeholder]?.S !== '') continue;
    const key = query.ExpressionAttributeNames?.[name] ?? name;
    return `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${key}`;
  }
  return null;
}

function parsed(body: string): Query | null {
  try {
    return JSON.parse(body) as Query | null;
  } catch {
    return null;
  }
}
