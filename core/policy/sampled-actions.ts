import { patternCoversService, patternMatchesAction, patternTouchesService } from '../base/matching.ts';
import type { Statement } from './document.ts';

/** So many actions are simulated of a service that must not lose anything. */
const ofKeptService = 3;

/** How actions that only read are named (Service Authorization Reference, access levels Read and List). */
const reading =
  /^(Batch)?(Get|List|Describe|Search|Query|Scan|Select|Lookup|Head|View|Check|Validate|Preview|Estimate|Retrieve|Read|Discover|Detect)/;

/** Some of a service's actions, by name with or without its prefix: a write, a read, and others as far as there are any; in the order given. */
export function sampledActions(names: readonly string[], most: number = ofKeptService): readonly string[] {
  const isRead = (name: string): boolean => reading.test(name.slice(name.indexOf(':') + 1));
  const reads = names.filter(isRead);
  const writes = names.filter((name) => !isRead(name));
  const first = [...writes.slice(0, 1), ...reads.slice(0, 1)];
  return [...first, ...writes.slice(1), ...reads.slice(1)].slice(0, most);
}

/** The patterns of actions in statements, each once. */
export function patternsIn(statements: readonly Statement[]): readonly string[] {
  return [...new Set(statements.flatMap(({ actions }) => actions.patterns))];
}

/** Of the actions of one service the first that each pattern means, where it does not mean the whole service: what texts tell apart. */
export function actionsToldApart(
  patterns: readonly string[],
  namespace: string,
  actions: readonly string[],
): readonly string[] {
  return patterns.flatMap((pattern) => {
    if (!patternTouchesService(pattern, namespace) || patternCoversService(pattern, namespace)) return [];
    return actions.find((action) => patternMatchesAction(pattern, action)) ?? [];
  });
}
