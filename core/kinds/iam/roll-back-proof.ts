import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import { undone } from '../../change/content/undone.ts';
import type { Failure } from '../../change/life/events.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import { principalsTouched } from '../../identity/identity-values.ts';

/** Why a roll back would give access to somebody whom nobody was shown, or null: whoever came to bear or belong since. */
export function comesBackTo({ content }: ChangeRecord, account: AccountIdentities): Failure | null {
  const known = identityPartOf(content).principals;
  const steps = identityStepsOf({ steps: undone(content.steps) }).filter(({ after }) => after !== null);
  const newcomers = principalsTouched(account, steps).filter(({ arn }) => !known.includes(arn));
  if (newcomers.length === 0) return null;
  const names = newcomers.map(({ name, type }) => `${type} ${name}`).join(', ');
  const detail = `${names} came since and would get access by this roll back that nobody was shown: take them out first, or put it back by hand`;
  return { code: 'BLAST_RADIUS_GREW', detail };
}
