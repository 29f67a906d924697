import type { ChangeContent } from '../../change/content/change.ts';
import { identityPartOf } from '../../change/content/identity-content.ts';
import type { Role, User } from '../../identity/account-identities.ts';

/** Those users and roles that a change was not drafted for: they have another ARN, or were made since under the name of one who was deleted. */
export function newcomersAmong(
  principals: readonly (User | Role)[],
  content: ChangeContent,
): readonly (User | Role)[] {
  const known = identityPartOf(content).principals;
  return principals.filter(({ arn, createdAt }) => !known.includes(arn) || createdAt > content.asOf);
}
