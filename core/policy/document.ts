import { ok, type Reason, type Result, refused } from '../base/result.ts';
import { type JsonMember, type JsonNode, lineOf, memberOf, readJson } from './json-text.ts';

/** The condition of a statement: operator to key to values; values of any JSON kind are read as text. */
export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** One statement of an SCP as it is meant: lists are lists, spelling of single values does not show. */
export interface Statement {
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: { readonly kind: 'action' | 'not-action'; readonly patterns: readonly string[] };
  readonly resources: { readonly kind: 'resource' | 'not-resource'; readonly patterns: readonly string[] };
  /** Null where the statement has no condition or an empty one. */
  readonly condition: Condition | null;
}

/** An SCP as it is meant. `version` and `id` are null where the text has none: AWS accepts a text without Version (observed). */
export interface PolicyDocument {
  readonly version: string | null;
  readonly id: string | null;
  readonly statements: readonly Statement[];
}

/** A document together with the places of its parts in the text, for edits that leave everything else byte for byte. */
export interface PlacedDocument {
  readonly document: PolicyDocument;
  /** The value of `Statement`: an array, or the one statement itself. */
  readonly statementNode: JsonNode;
  /** One node per statement, in the order of `document.statements`. */
  readonly statementNodes: readonly JsonNode[];
}

class Malformed extends Error {}

/**
 * Reads an SCP in the full policy language. Whatever cannot be understood with certainty is refused with
 * `MALFORMED_POLICY`, and the detail says where. That is: repeated keys, unknown elements, trailing text, a byte order
 * mark.
 */
export function parsePolicy(text: string): Result<PolicyDocument> {
  const placed = readPlaced(text);
  return placed.ok ? ok(placed.value.document) : placed;
}

/** Reads an SCP like `parsePolicy` and keeps the places of its statements in the text. */
export function readPlaced(text: string): Result<PlacedDocument> {
  const reading = readJson(text);
  if ('problem' in reading) return refused(malformed(reading.problem));
  const { repeated, root } = reading;
  if (repeated.length > 0) return refused(malformed(`a key is given twice: ${repeated.join(', ')}`));
  try {
    return ok(placedDocument(text, root));
  } catch (error) {
    if (error instanceof Malformed) return refused(malformed(error.message));
    throw error;
  }
}

function malformed(detail: string): Reason {
  return { code: 'MALFORMED_POLICY', detail };
}

const documentKeys = ['Version', 'Id', 'Statement'];
const statementKeys = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

function placedDocument(text: string, root: JsonNode): PlacedDocument {
  membersOf(text, root, 'the document', documentKeys);
  const statementNode = memberOf(root, 'Statement');
  if (!statementNode) throw new Malformed('the document has no Statement');
  const statementNodes = statementNode.kind === 'array' ? statementNode.items : [statementNode];
  const statements = statementNodes.map((node, index) => readStatement(text, node, `Statement[${index}]`));
  const document = {
    version: optionalString(text, memberOf(root, 'Version'), 'Version'),
    id: optionalString(text, memberOf(root, 'Id'), 'Id'),
    statements,
  };
  return { document, statementNode, statementNodes };
}

function readStatement(text: string, node: JsonNode, path: string): Statement {
  membersOf(text, node, path, statementKeys);
  const effect = optionalString(text, memberOf(node, 'Effect'), `${path}.Effect`);
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new Malformed(`${path}.Effect must be Allow or Deny${at(text, memberOf(node, 'Effect') ?? node)}`);
  }
  const actions = oneOf(text, node, path, 'Action', 'NotAction');
  const resources = oneOf(text, node, path, 'Resource', 'NotResource');
  return {
    sid: optionalString(text, memberOf(node, 'Sid'), `${path}.Sid`),
    effect,
    actions: { kind: actions.negated ? 'not-action' : 'action', patterns: actions.patterns },
    resources: { kind: resources.negated ? 'not-resource' : 'resource', patterns: resources.patterns },
    condition: readCondition(text, memberOf(node, 'Condition'), `${path}.Condition`),
  };
}

function oneOf(
  text: string,
  node: JsonNode,
  path: string,
  plain: string,
  negated: string,
): { readonly negated: boolean; readonly patterns: readonly string[] } {
  const [asPlain, asNegated] = [memberOf(node, plain), memberOf(node, negated)];
  const given = asPlain ?? asNegated;
  if (given === null || (asPlain && asNegated))
    throw new Malformed(`${path} must have either ${plain} or ${negated}${at(text, node)}`);
  return {
    negated: given === asNegated,
    patterns: strings(text, given, `${path}.${given === asPlain ? plain : negated}`),
  };
}

function readCondition(text: string, node: JsonNode | null, path: string): Condition | null {
  if (!node) return null;
  const operators = membersOf(text, node, path, null);
  if (operators.length === 0) return null;
  return Object.fromEntries(
    operators.map(({ key: operator, value: keys }) => {
      const operatorPath = `${path}.${operator}`;
      const entries = membersOf(text, keys, operatorPath, null);
      return [
        operator,
        Object.fromEntries(
          entries.map(({ key, value }) => [key, scalars(text, value, `${operatorPath}.${key}`)]),
        ),
      ];
    }),
  );
}

/** The members of an object. Throws where it is none, or has one that is not known. */
function membersOf(
  text: string,
  node: JsonNode,
  path: string,
  known: readonly string[] | null,
): readonly JsonMember[] {
  if (node.kind !== 'object') throw new Malformed(`${path} must be an object${at(text, node)}`);
  for (const { key, value } of node.members) {
    if (known && !known.includes(key)) {
      throw new Malformed(`${path} has ${key}, which an SCP does not know${at(text, value)}`);
    }
  }
  return node.members;
}

function optionalString(text: string, node: JsonNode | null, path: string): string | null {
  if (!node) return null;
  if (node.kind !== 'string') throw new Malformed(`${path} must be a string${at(text, node)}`);
  return node.value;
}

function strings(text: string, node: JsonNode, path: string): readonly string[] {
  const nodes = node.kind === 'array' ? node.items : [node];
  return nodes.map((item) => {
    if (item.kind !== 'string')
      throw new Malformed(`${path} must be a string or a list of strings${at(text, item)}`);
    return item.value;
  });
}

function scalars(text: string, node: JsonNode, path: string): readonly string[] {
  const nodes = node.kind === 'array' ? node.items : [node];
  return nodes.map((item) => {
    if (item.kind === 'string') return item.value;
    if (item.kind === 'number' || item.kind === 'boolean') return item.spelling;
    throw new Malformed(`${path} must be a string, number, boolean or a list of them${at(text, item)}`);
  });
}

function at(text: string, node: JsonNode): string {
  return ` (line ${lineOf(text, node.start)})`;
}
