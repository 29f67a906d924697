import { grouped } from '../../base/counted.ts';
import type { ChangeContent } from '../../change/content/change.ts';
import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import { unknownIntent } from '../../change/content/intents.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { roleStoppedBy } from '../../identity/quarantine.ts';
import { stepWords } from '../../identity/step-words.ts';
import type { Telling, TextEdit } from '../kind.ts';
import { ofUnknownIntent } from '../later-version.ts';

/** How an edit of an account's IAM is told to people. */
export function tell(content: ChangeContent): Telling {
  const { actions, effects, evidence, notes, principals, title } = identityPartOf(content);
  const steps = identityStepsOf(content);
  const isDeletion = steps.some(
    ({ after, resource }) => resource.type === 'managed-policy' && after === null,
  );
  const isQuarantine = steps.every((step) => roleStoppedBy(step) !== null);
  return {
    noun: 'IAM',
    deed: title,
    sign: '-',
    nameOfServices: 'Taken away',
    servicesTitle: isQuarantine ? 'Denied from then on' : 'No longer granted from then on',
    servicesTitleOver: isQuarantine ? 'Was to be denied' : 'Was to be granted no longer',
    inheritance: {
      waits: 'Only the users and roles that are named lose anything.',
      inForce: 'Only the users and roles that are named lost anything.',
    },
    sees: isQuarantine
      ? 'AccessDenied on every call by the role, whatever else allows it; only who or what takes the role is affected'
      : 'AccessDenied on every call that no other policy allows; only the users and roles below are affected',
    rollBack: `Everything that this change wrote is put back as it was, the last step first. Where somebody edited a text since, only what this change took out is put back.${isDeletion ? ' A deleted policy comes back with its text, path, description, tags and attachments; its older versions do not.' : ''} Where it would give more than is shown here (to somebody who came since, or by a policy, group or role that was changed since), it stops and lists that, and goes on once as many people as high risk needs have asked for it again. A person who would gain access cannot ask for it.`,
    undoable: true,
    exemptible: false,
    approve: 'change the IAM of this account as shown above',
    mend: 'roll back',
    byHand: 'put it back by hand',
    ...(unknownIntent(content) === null
      ? {}
      : { ...ofUnknownIntent, deed: 'Edit IAM in a way that this version does not know' }),
    ifUnwritten: 'the next review proposes again what still holds',
    extent: principals.length === 1 ? '1 user or role' : `${grouped(principals.length)} users and roles`,
    edits: steps.flatMap(textEditOf),
    identities: {
      actions,
      effects,
      evidence,
      notes,
      steps: steps.map(stepWords),
      others: isQuarantine
        ? 'Everybody else in the account keeps what they have.'
        : 'Everybody else in the account keeps what they have. Who joins a group or gets a policy later gets what it grants by then. Who uses a service by another path keeps that path.',
    },
  };
}

function textEditOf(step: IdentityStep): readonly TextEdit[] {
  const { after, before, resource } = step;
  if (resource.type !== 'managed-policy' && resource.type !== 'inline-policy') return [];
  const [id, name] =
    resource.type === 'managed-policy'
      ? [before === null ? null : resource.arn, resource.arn.slice(resource.arn.lastIndexOf('/') + 1)]
      : [null, resource.name];
  const meaning = {
    summary: stepWords(step),
    added: [],
    toOthers: [],
    removed: [],
    otherwiseChanged: [],
    unchanged: 0,
  };
  return [{ id, name, before, after, meaning }];
}
