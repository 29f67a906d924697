import type { ChangeContent } from '../../change/content/change.ts';
import { editOf } from '../../change/content/edit.ts';
import { meaningOf } from '../../policy/meaning.ts';
import { counted } from '../../proof/subject.ts';
import type { Telling } from '../kind.ts';

/** How an edit of an SCP is told to people. */
export function tell(content: ChangeContent): Telling {
  const { after, before, policyId: id, policyName: name } = editOf(content);
  return {
    noun: 'SCP',
    fullNoun: 'Service control policy',
    deed: `Deny ${counted(content.services.length, 'unused service')}`,
    sign: '+',
    servicesTitle: 'Denied from then on',
    servicesTitleOver: 'Was to be denied',
    inheritance: {
      waits: 'New accounts below these targets will inherit it.',
      inForce: 'New accounts below these targets inherit it.',
    },
    rollBack:
      'The SCP gets its earlier text back. If somebody edited it since, exactly what this change added is taken out and the rest is left alone.',
    mend: 'roll back',
    byHand: 'take it out of the SCP by hand',
    edits: [{ id, name, before, after, meaning: meaningOf(before, after) }],
  };
}
