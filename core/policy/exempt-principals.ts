import type { Configuration } from '../configuration.ts';

/** The principals that every deny of ours leaves out: those configured as exempt and the break-glass roles, which must keep working. */
export function exemptPrincipalsOf(
  configuration: Pick<Configuration, 'breakGlass' | 'exemptPrincipals'>,
): readonly string[] {
  return [...new Set([...configuration.exemptPrincipals, ...configuration.breakGlass])].sort();
}
