import { quarantinePolicy } from '../../identity/quarantine.ts';
import type { ChangeContent } from './change.ts';

/**
 * Names of the checks that an approver must accept one by one where they are not proven. Beside those of `requireProven`
 * that is `in-service` where a role is stopped: whatever still runs with it would fail at once.
 */
export function checksToAccept(
  { certificate, steps }: Pick<ChangeContent, 'certificate' | 'steps'>,
  requireProven: readonly string[],
): readonly string[] {
  const required = new Set<string>([...requireProven, ...(stopsRole({ steps }) ? ['in-service'] : [])]);
  return certificate.checks
    .filter(({ name, verdict }) => verdict === 'not-proven' && required.has(name))
    .map(({ name }) => name);
}

function stopsRole({ steps }: Pick<ChangeContent, 'steps'>): boolean {
  return steps.some(
    ({ after, before, resource }) =>
      resource.type === 'inline-policy' &&
      resource.name === quarantinePolicy.name &&
      before === null &&
      after !== null,
  );
}
