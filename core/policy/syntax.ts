import type { Reason } from '../base/result.ts';
import { isConditionOperator } from './condition-operators.ts';
import { type JsonNode, lineOf, readJson } from './json-text.ts';
import { policyCharacters } from './size.ts';

/** What AWS would refuse when an SCP is written; the codes are those of `checkSyntax`. */
export type SyntaxCode =
  | 'TOO_LONG'
  | 'NOT_JSON'
  | 'REPEATED_KEY'
  | 'UNKNOWN_ELEMENT'
  | 'MISSING_ELEMENT'
  | 'WRONG_VALUE'
  | 'EMPTY_LIST'
  | 'WRONG_SID'
  | 'REPEATED_SID'
  | 'WRONG_ACTION'
  | 'WRONG_RESOURCE'
  | 'UNKNOWN_OPERATOR';

type Report = (code: SyntaxCode, node: JsonNode, sentence: string) => void;
type Members = ReadonlyMap<string, JsonNode>;

const versions = ['2012-10-17', '2008-10-17'];
const documentElements = ['Version', 'Id', 'Statement'];
const statementElements = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/**
 * Everything that AWS would refuse in the exact text of an SCP, judged before it is sent; empty means acceptable.
 * A text without Version passes, as AWS takes it (observed). Source: Organizations User Guide, "SCP syntax"; IAM User Guide, "IAM JSON policy element reference".
 */
export function checkSyntax(text: string, quota: { readonly characters: number }): readonly Reason[] {
  const reasons: Reason[] = [];
  const characters = policyCharacters(text);
  if (characters > quota.characters) {
    reasons.push({
      code: 'TOO_LONG',
      detail: `the text has ${characters} characters, ${quota.characters} are allowed`,
    });
  }
  const reading = readJson(text);
  if ('problem' in reading) return [...reasons, { code: 'NOT_JSON', detail: reading.problem }];
  for (const key of reading.repeated) {
    reasons.push({ code: 'REPEATED_KEY', detail: `the key ${key} is given twice` });
  }
  checkDocument(reading.root, (code, node, sentence) => {
    reasons.push({ code, detail: `${sentence} (line ${lineOf(text, node.start)})` });
  });
  return reasons;
}

function checkDocument(root: JsonNode, report: Report): void {
  const members = membersOf(root, 'the document', report);
  if (!members) return;
  checkElements(root, documentElements, 'the document', report);
  const version = members.get('Version');
  if (version && !(version.kind === 'string' && versions.includes(version.value))) {
    report('WRONG_VALUE', version, `Version must be ${versions.join(' or ')}`);
  }
  const id = members.get('Id');
  if (id && id.kind !== 'string') report('WRONG_VALUE', id, 'Id must be a string');
  const statement = members.get('Statement');
  if (!statement) {
    report('MISSING_ELEMENT', root, 'the document has no Statement');
    return;
  }
  const statements = statement.kind === 'array' ? statement.items : [statement];
  if (statements.length === 0) report('EMPTY_LIST', statement, 'Statement is empty');
  const sids = new Set<string>();
  for (const [index, each] of statements.entries()) checkStatement(each, `Statement[${index}]`, sids, report);
}

function checkStatement(node: JsonNode, path: string, sids: Set<string>, report: Report): void {
  const members = membersOf(node, path, report);
  if (!members) return;
  checkElements(node, statementElements, path, report);
  checkSid(members.get('Sid'), path, sids, report);
  const effect = members.get('Effect');
  if (!effect) report('MISSING_ELEMENT', node, `${path} has no Effect`);
  else if (effect.kind !== 'string' || !['Allow', 'Deny'].includes(effect.value)) {
    report('WRONG_VALUE', effect, `${path}.Effect must be Allow or Deny`);
  }
  checkPatterns(node, members, actionLists, path, report);
  checkPatterns(node, members, resourceLists, path, report);
  checkCondition(members.get('Condition'), `${path}.Condition`, report);
}

function checkSid(node: JsonNode | undefined, path: string, sids: Set<string>, report: Report): void {
  if (!node) return;
  if (node.kind !== 'string') {
    report('WRONG_VALUE', node, `${path}.Sid must be a string`);
    return;
  }
  if (!/^[A-Za-z0-9]*$/.test(node.value)) {
    report(
      'WRONG_SID',
      node,
      `${path}.Sid may hold only A-Z, a-z and 0-9, not ${JSON.stringify(node.value)}`,
    );
  }
  if (node.value === '') return;
  if (sids.has(node.value)) report('REPEATED_SID', node, `${path}.Sid repeats ${node.value}`);
  sids.add(node.value);
}

/** The two elements of a statement of which it has one, and what is wrong with a pattern of theirs, or null. */
interface PatternLists {
  readonly keys: readonly [string, string];
  readonly code: SyntaxCode;
  problemOf(pattern: string): string | null;
}

const actionLists: PatternLists = {
  keys: ['Action', 'NotAction'],
  code: 'WRONG_ACTION',
  problemOf: actionProblem,
};
const resourceLists: PatternLists = {
  keys: ['Resource', 'NotResource'],
  code: 'WRONG_RESOURCE',
  problemOf: resourceProblem,
};

function checkPatterns(
  statement: JsonNode,
  members: Members,
  { code, keys, problemOf }: PatternLists,
  path: string,
  report: Report,
): void {
  const given = keys.filter((key) => members.has(key));
  if (given.length === 0) report('MISSING_ELEMENT', statement, `${path} has neither ${keys.join(' nor ')}`);
  if (given.length === 2) report('UNKNOWN_ELEMENT', statement, `${path} has both ${keys.join(' and ')}`);
  for (const key of given) {
    const node = members.get(key) as JsonNode;
    const items = node.kind === 'array' ? node.items : [node];
    if (items.length === 0) report('EMPTY_LIST', node, `${path}.${key} is empty`);
    for (const item of items) {
      const where = `${path}.${key}`;
      if (item.kind !== 'string')
        report('WRONG_VALUE', item, `${where} must be a string or a list of strings`);
      else {
        const problem = problemOf(item.value);
        if (problem) report(code, item, `${where} ${JSON.stringify(item.value)} ${problem}`);
      }
    }
  }
}

function actionProblem(pattern: string): string | null {
  if (pattern === '*' || pattern === '*:*' || /^[A-Za-z0-9-]+:[A-Za-z0-9_*?-]+$/.test(pattern)) return null;
  const [prefix = '', name] = pattern.split(':');
  if (name === undefined) return 'must be * or have the form service:action';
  if (/[*?]/.test(prefix)) return 'must not have a wildcard in the service prefix';
  return /^[A-Za-z0-9-]+$/.test(prefix) ? 'has no valid action name' : 'has no valid service prefix';
}

function resourceProblem(pattern: string): string | null {
  if (pattern.startsWith('*') || /^arn:./i.test(pattern)) return null;
  return 'must be * or an ARN';
}

function checkCondition(node: JsonNode | undefined, path: string, report: Report): void {
  if (!node) return;
  for (const [operator, keys] of membersOf(node, path, report) ?? []) {
    if (!isConditionOperator(operator)) {
      report('UNKNOWN_OPERATOR', keys, `${path} has the unknown operator ${operator}`);
    }
    for (const [key, values] of membersOf(keys, `${path}.${operator}`, report) ?? []) {
      const items = values.kind === 'array' ? values.items : [values];
      for (const item of items) {
        if (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean') continue;
        report(
          'WRONG_VALUE',
          item,
          `${path}.${operator}.${key} must be a string, number, boolean or a list of them`,
        );
      }
    }
  }
}

function membersOf(node: JsonNode, path: string, report: Report): Members | null {
  if (node.kind === 'object') return new Map(node.members.map((member) => [member.key, member.value]));
  report('WRONG_VALUE', node, `${path} must be an object`);
  return null;
}

function checkElements(node: JsonNode, known: readonly string[], path: string, report: Report): void {
  if (node.kind !== 'object') return;
  for (const { key, value } of node.members) {
    if (!known.includes(key))
      report('UNKNOWN_ELEMENT', value, `${path} has ${key}, which an SCP does not know`);
  }
}
