import { isObject, type JsonObject } from './json.ts';
import { duplicateKey } from './raw-json.ts';

// Rules of the Organizations User Guide, "SCP syntax", and of the IAM policy grammar it builds on.
const statementKeys: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const documentKeys: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const versions: readonly unknown[] = [undefined, '2012-10-17', '2008-10-17'];
const actionPattern = /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+)$/;
const resourcePattern = /^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+)$/;
const operatorPattern =
  /^((ForAllValues|ForAnyValue):)?(String(Not)?(Equals|EqualsIgnoreCase|Like)|Numeric(Not)?Equals|NumericLessThan(Equals)?|NumericGreaterThan(Equals)?|Date(Not)?Equals|DateLessThan(Equals)?|DateGreaterThan(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)(IfExists)?$/;

const listFault = (name: string, value: unknown, pattern: RegExp): string | null => {
  const items = Array.isArray(value) ? value : [value];
  if (items.length === 0) return `${name} is empty`;
  const bad = items.find((item) => typeof item !== 'string' || !pattern.test(item));
  return bad === undefined ? null : `${name} ${JSON.stringify(bad)} is not acceptable`;
};

const exactlyOne = (statement: JsonObject, name: string, negated: string): string | null => {
  const count = Number(statement[name] !== undefined) + Number(statement[negated] !== undefined);
  return count === 1 ? null : `a statement needs exactly one of ${name} and ${negated}`;
};

const isConditionValue = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const conditionFault = (condition: unknown): string | null => {
  if (condition === undefined) return null;
  if (!isObject(condition)) return 'Condition is no object';
  for (const [operator, keys] of Object.entries(condition)) {
    if (!operatorPattern.test(operator)) return `${operator} is no condition operator`;
    if (!isObject(keys)) return `${operator} is no object`;
    for (const [key, given] of Object.entries(keys)) {
      const values = Array.isArray(given) ? given : [given];
      if (key === '' || !values.every(isConditionValue)) return `${operator} ${key} has no usable value`;
    }
  }
  return null;
};

const statementFault = (statement: unknown): string | null => {
  if (!isObject(statement)) return 'a statement is no object';
  const unknown = Object.keys(statement).find((key) => !statementKeys.has(key));
  if (unknown !== undefined) return `a statement must not contain ${unknown}`;
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return 'Effect must be Allow or Deny';
  const sid = statement.Sid;
  if (sid !== undefined && (typeof sid !== 'string' || !/^[A-Za-z0-9]*$/.test(sid)))
    return 'Sid may hold letters and digits only';
  return (
    exactlyOne(statement, 'Action', 'NotAction') ??
    listFault('Action', statement.Action ?? statement.NotAction, actionPattern) ??
    exactlyOne(statement, 'Resource', 'NotResource') ??
    listFault('Resource', statement.Resource ?? statement.NotResource, resourcePattern) ??
    conditionFault(statement.Condition)
  );
};

/** Why AWS would refuse this text as an SCP, or null if it would take it. Size is another matter. */
export const policyFault = (text: string): string | null => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return 'the text is not valid JSON';
  }
  if (!isObject(document)) return 'the document is no object';
  const twice = duplicateKey(text);
  if (twice !== null) return `the key ${twice} occurs twice in one object`;
  const unknown = Object.keys(document).find((key) => !documentKeys.has(key));
  if (unknown !== undefined) return `the document must not contain ${unknown}`;
  if (!versions.includes(document.Version)) return 'Version must be 2012-10-17';
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  if (document.Statement === undefined || statements.length === 0) return 'there is no statement';
  for (const statement of statements) {
    const fault = statementFault(statement);
    if (fault !== null) return fault;
  }
  const sids = (statements as readonly JsonObject[])
    .map((statement) => statement.Sid)
    .filter((sid) => sid !== undefined && sid !== '');
  return new Set(sids).size === sids.length ? null : 'a Sid occurs twice';
};
