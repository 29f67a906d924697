import { globMatches, patternMatchesAction } from '../../core/base/matching.ts';
import type { PolicyDocument, Statement } from '../../core/policy/document.ts';

/** What a chain of SCPs says about one action; `depends` where a condition or a narrower resource decides. */
export type ActionVerdict = 'allowed' | 'denied-explicitly' | 'denied-implicitly' | 'depends';

type Match = 'no' | 'maybe' | 'yes';

/**
 * Judges one concrete action against the SCPs of a chain, root first: an Allow is needed at each level, a Deny at any level wins (Organizations User Guide, "SCP evaluation").
 * Without a resource, only statements on `*` are certain.
 */
export function evaluateAction(
  levels: readonly (readonly PolicyDocument[])[],
  action: string,
  resource?: string,
): ActionVerdict {
  let certain = true;
  for (const level of levels) {
    const denied = strongest(level, 'Deny', action, resource);
    if (denied === 'yes') return 'denied-explicitly';
    if (denied === 'maybe') certain = false;
  }
  for (const level of levels) {
    const allowed = strongest(level, 'Allow', action, resource);
    if (allowed === 'no') return 'denied-implicitly';
    if (allowed === 'maybe') certain = false;
  }
  return certain ? 'allowed' : 'depends';
}

function strongest(
  level: readonly PolicyDocument[],
  effect: Statement['effect'],
  action: string,
  resource: string | undefined,
): Match {
  let found: Match = 'no';
  for (const { statements } of level) {
    for (const statement of statements) {
      if (statement.effect !== effect || !coversAction(statement, action)) continue;
      const match = matchResource(statement, resource);
      if (match === 'yes' && statement.condition === null) return 'yes';
      if (match !== 'no') found = 'maybe';
    }
  }
  return found;
}

function coversAction({ actions }: Statement, action: string): boolean {
  const named = actions.patterns.some((pattern) => patternMatchesAction(pattern, action));
  return named === (actions.kind === 'action');
}

function matchResource({ resources }: Statement, resource: string | undefined): Match {
  const match = resources.patterns.map((pattern) => matchOne(pattern, resource)).reduce(stronger, 'no');
  return resources.kind === 'resource' ? match : opposite[match];
}

const opposite: Readonly<Record<Match, Match>> = { no: 'yes', maybe: 'maybe', yes: 'no' };

function matchOne(pattern: string, resource: string | undefined): Match {
  if (/^\*+$/.test(pattern)) return 'yes';
  if (resource === undefined) return 'maybe';
  // A policy variable stands for a text that only the request knows.
  const widened = pattern.replace(/\$\{[^}]*\}/g, '*');
  if (!globMatches(widened, resource)) return 'no';
  return widened === pattern ? 'yes' : 'maybe';
}

function stronger(one: Match, other: Match): Match {
  if (one === 'yes' || other === 'yes') return 'yes';
  return one === 'maybe' || other === 'maybe' ? 'maybe' : 'no';
}
