import type { ChangeContent } from '../../change/content/change.ts';
import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import type { Telling, TextEdit } from '../kind.ts';
import { wordsFor } from './apply-step.ts';

/** How an edit of an account's IAM is told to people. */
export function tell(content: ChangeContent): Telling {
  const { title } = identityPartOf(content);
  const [first, ...others] = identityStepsOf(content).map(
    ({ after, before, resource }): TextEdit => ({
      id: resource.type === 'managed-policy' ? resource.arn : null,
      name: wordsFor(resource),
      before,
      after: after ?? '',
      meaning: meaningOfStep(before, after),
    }),
  );
  if (first === undefined) throw new Error(`${content.id} has no steps`);
  return {
    noun: 'IAM',
    fullNoun: 'IAM of one account',
    deed: title,
    sign: '-',
    servicesTitle: 'No longer granted from then on',
    servicesTitleOver: 'Was to be granted no longer',
    inheritance: {
      waits: 'Only the users and roles that are named lose anything.',
      inForce: 'Only the users and roles that are named lost anything.',
    },
    rollBack:
      'Everything that this change wrote is put back as it was. Where somebody edited a text since, only what this change took out is put back.',
    undoable: true,
    exemptible: false,
    approve: 'change the IAM of this account as shown above',
    mend: 'roll back',
    byHand: 'put it back by hand',
    edits: [first, ...others],
  };
}

function meaningOfStep(before: string | null, after: string | null): TextEdit['meaning'] {
  const summary = after === null ? 'taken away' : before === null ? 'added' : 'replaced by a narrower text';
  return { summary, added: [], removed: [], otherwiseChanged: [], unchanged: 0 };
}
