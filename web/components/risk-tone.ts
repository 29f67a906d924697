import type { Risk } from '../../core/change/content/change.ts';
import type { Tone } from './badge.ts';

/** How a level of risk looks. A low one is green only where every check is proven: doubts beside it would say otherwise. */
export function riskTone(level: Risk['level'], { isProven }: { readonly isProven: boolean }): Tone {
  if (level === 'low') return isProven ? 'good' : 'plain';
  return level === 'high' ? 'bad' : 'care';
}
