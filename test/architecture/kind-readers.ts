import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Node } from 'typescript/unstable/ast';
import { isBindingElement, isIdentifier, isPropertyAccessExpression } from 'typescript/unstable/ast/is';
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

/** One place that reads the kind, the intent or the resource type of a change. */
export interface KindReader {
  readonly path: string;
  readonly line: number;
  readonly reads: string;
}

/**
 * Every place of a project that reads what tells the kind of a change, by the type checker: as a property, as an element of a
 * pattern, of the whole or of a part that `Pick` left. `folder` has the `tsconfig.json`.
 */
export function kindReadersIn(folder: string): readonly KindReader[] {
  const root = realpathSync(folder);
  const api = new API();
  try {
    const [project] = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] }).getProjects();
    if (project === undefined) throw new Error(`${root} has no tsconfig.json`);
    const { checker, program } = project;
    return program.getSourceFileNames().flatMap((file) => {
      const path = relative(root, file);
      const source = readingFolders.test(path) ? program.getSourceFile(file) : undefined;
      if (source === undefined) return [];
      return readsIn(source).flatMap((read) => {
        const reads = fieldOf(root, declarationsOf(checker, read));
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
  const handles = isBindingElement(read.parent)
    ? propertyOf(checker, read.parent.parent, read.getText())?.declarations
    : checker.getSymbolAtLocation(read)?.declarations;
  return handles?.map((handle) => handle.resolve()) ?? [];
}

function propertyOf(checker: Project['checker'], pattern: Node, name: string) {
  const type = checker.getTypeAtLocation(pattern);
  return type === undefined ? undefined : checker.getPropertyOfType(type, name);
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
    if (isPropertyAccessExpression(node) && names.has(node.name.text)) found.push(node.name);
    if (isBindingElement(node)) {
      const name = node.propertyName ?? node.name;
      if (name !== undefined && isIdentifier(name) && names.has(name.text)) found.push(name);
    }
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}
