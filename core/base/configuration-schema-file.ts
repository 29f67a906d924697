import * as z from 'zod/mini';
import { configurationSchema } from './configuration-schema.ts';
import { configurationWords } from './configuration-words.ts';

/** What is looked at of a JSON Schema here. */
interface Node {
  description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
}

/** The JSON Schema (2020-12) of `reviewer.config.json` as a text, a description at each key. Throws where a key has none, and where words name no key. */
export function configurationSchemaFile(): string {
  const schema = z.toJSONSchema(configurationSchema, { target: 'draft-2020-12', io: 'input' });
  const left = new Set(Object.keys(configurationWords));
  describeKeys(schema as Node, '', left);
  if (left.size > 0) throw new Error(`configuration-words.ts names what is no key: ${[...left].join(', ')}`);
  return `${JSON.stringify({ title: 'reviewer.config.json', ...schema }, null, 2)}\n`;
}

/** Gives every key below a node its description, and takes its path from those that are left. */
function describeKeys(node: Node, path: string, left: Set<string>): void {
  const describe = (child: Node, at: string): void => {
    const words = configurationWords[at];
    if (words === undefined) throw new Error(`configuration-words.ts has no words for ${at}`);
    child.description = words;
    left.delete(at);
    describeKeys(child, at, left);
  };
  for (const [key, child] of Object.entries(node.properties ?? {}))
    describe(child, path === '' ? key : `${path}.${key}`);
  if (typeof node.additionalProperties === 'object') describe(node.additionalProperties, `${path}{}`);
  if (node.items) describeKeys(node.items, `${path}[]`, left);
  for (const choice of node.anyOf ?? []) describeKeys(choice, path, left);
}
