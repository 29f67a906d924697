import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isArrayLiteralExpression,
  isBinaryExpression,
  isBindingElement,
  isElementAccessExpression,
  isForOfStatement,
  isIdentifier,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isStringLiteral,
} from 'typescript/unstable/ast/is';
import { API, type Project } from 'typescript/unstable/sync';

const readingFolders = /^(handlers|core|flow|adapters|web|cli)\//;

const changeFile = 'core/change/content/change.ts';
const changeFields: readonly string[] = [
  'ChangeContent.kind',
  'ChangeContent.intent',
  'ChangeContent.identity',
];

/** Types of resources are alternatives without a name: their `type` is known by the file that declares it. */
const resourceFiles: readonly string[] = [changeFile, 'core/identity/identity-step.ts'];

const names: ReadonlySet<string> = new Set(['kind', 'intent', 'identity', 'type']);

const assignedPattern = 'a pattern without a declaration';

/** One place that reads the kind, the intent or the resource type of a change. */
export interface KindReader {
  readonly path: string;
  readonly line: number;
  readonly reads: string;
}

/**
 * Every place of a project that reads what tells the kind of a change, by the type checker: as a property, by its name in
 * brackets, in a pattern, or with `in`; of the whole or of a part that `Pick` left. What a pattern takes apart without
 * declaring it is not followed: every such pattern counts. `folder` has the configuration of the compiler under the path
 * `project`.
 */
export function kindReadersIn(folder: string, project = 'tsconfig.json'): readonly KindReader[] {
  const root = realpathSync(folder);
  const api = new API();
  try {
    const [opened] = api.updateSnapshot({ openProjects: [join(root, project)] }).getProjects();
    if (opened === undefined) throw new Error(`${root} has no ${project}`);
    const { checker, program } = opened;
    return program.getSourceFileNames().flatMap((file) => {
      const path = relative(root, file);
      const source = readingFolders.test(path) ? program.getSourceFile(file) : undefined;
      if (source === undefined) return [];
      return readsIn(source).flatMap((read) => {
        const reads = isPattern(read) ? assignedPattern : fieldOf(root, declarationsOf(checker, read));
        const line = source.text.slice(0, read.end).split('\n').length;
        return reads === null ? [] : [{ path, line, reads }];
      });
    });
  } finally {
    api.close();
  }
}

/** Where the property is declared that a place reads. */
function declarationsOf(checker: Project['checker'], read: Node): readonly (Node | undefined)[] {
  const whole = wholeOf(read);
  const symbol = whole === null ? checker.getSymbolAtLocation(read) : propertyOf(checker, whole, read);
  return symbol?.declarations.map((handle) => handle.resolve()) ?? [];
}

/** What has the property: the pattern, or what stands right of `in`. Null where the checker knows the name itself. */
function wholeOf({ parent }: Node): Node | null {
  if (isBinaryExpression(parent)) return parent.right;
  return isBindingElement(parent) ? parent.parent : null;
}

/** A pattern that an assignment or a loop fills without declaring its names, if the node has one. */
function patternFilled(node: Node): Node | undefined {
  const isAssignment = isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.EqualsToken;
  const filled = isAssignment ? node.left : isForOfStatement(node) ? node.initializer : undefined;
  return filled !== undefined && isPattern(filled) ? filled : undefined;
}

/** Whether something on the left takes an object apart. */
function isPattern(node: Node): boolean {
  return isObjectLiteralExpression(node) || (isArrayLiteralExpression(node) && node.elements.some(isPattern));
}

function propertyOf(checker: Project['checker'], whole: Node, name: Node) {
  const type = checker.getTypeAtLocation(whole);
  return type === undefined ? undefined : checker.getPropertyOfType(type, textOf(name) ?? '');
}

/** The name that an identifier or a text spells. */
function textOf(name: Node): string | null {
  return isIdentifier(name) || isStringLiteral(name) ? name.text : null;
}

function fieldOf(root: string, declarations: readonly (Node | undefined)[]): string | null {
  for (const declaration of declarations) {
    if (declaration === undefined) continue;
    const path = relative(root, declaration.getSourceFile().fileName);
    const field = declaration.getText().match(/^readonly (\w+)/)?.[1];
    const owner = (declaration.parent as { readonly name?: Node }).name?.getText();
    if (path === changeFile && changeFields.includes(`${owner}.${field}`)) return `${owner}.${field}`;
    if (resourceFiles.includes(path) && owner === undefined && field === 'type') return 'Resource.type';
  }
  return null;
}

function readsIn(source: Node): readonly Node[] {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    const name = nameRead(node);
    if (name !== undefined && names.has(textOf(name) ?? '')) found.push(name);
    const pattern = patternFilled(node);
    if (pattern !== undefined) found.push(pattern);
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}

/** The name by which a node reads a property, if it reads one. */
function nameRead(node: Node): Node | undefined {
  if (isPropertyAccessExpression(node)) return node.name;
  if (isElementAccessExpression(node)) return node.argumentExpression;
  if (isBindingElement(node)) return node.propertyName ?? node.name;
  const asksForName = isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.InKeyword;
  return asksForName ? node.left : undefined;
}
