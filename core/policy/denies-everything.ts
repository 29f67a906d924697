import type { Statement } from './document.ts';

/** Whether a statement denies every action on every resource, whatever the circumstances: who is bound by it attempts nothing that reports show. */
export function deniesEverything({ actions, condition, effect, resources }: Statement): boolean {
  const isAll = actions.kind === 'action' && actions.patterns.some((each) => each === '*' || each === '*:*');
  const isEverywhere = resources.kind === 'resource' && resources.patterns.includes('*');
  return effect === 'Deny' && condition === null && isAll && isEverywhere;
}
