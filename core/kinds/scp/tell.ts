import type { ChangeContent } from '../../change/content/change.ts';
import { editOf } from '../../change/content/edit.ts';
import { meaningOf } from '../../policy/meaning.ts';
import { givenBackTo } from '../../proof/give-back.ts';
import { counted, list } from '../../proof/subject.ts';
import type { Telling } from '../kind.ts';
import { isGiveBack, noRollBack } from './give-back.ts';

/** How an edit of an SCP is told to people. */
export function tell(content: ChangeContent): Telling {
  const { after, before, policyId: id, policyName: name } = editOf(content);
  return {
    noun: 'SCP',
    fullNoun: 'Service control policy',
    ...(isGiveBack(content) ? givingBack(content) : denying(content)),
    extent: counted(content.accountIds.length, 'account'),
    edits: [{ id, name, before, after, meaning: meaningOf(before, after) }],
    identities: null,
  };
}

type Words = Omit<Telling, 'noun' | 'fullNoun' | 'extent' | 'edits' | 'identities'>;

function givingBack(content: ChangeContent): Words {
  const principals = givenBackTo(editOf(content));
  const isForAll = principals.length === 0;
  const deed = `Give back ${counted(content.services.length, 'denied service')}`;
  const rule = isForAll
    ? 'do not inherit this denial'
    : `inherit this denial for all but ${list(principals)}`;
  return {
    deed: isForAll ? deed : `${deed} to ${counted(principals.length, 'principal')}`,
    sign: '-',
    nameOfServices: 'Given back',
    servicesTitle: `No longer denied${isForAll ? '' : ` to ${list(principals)}`} from then on`,
    servicesTitleOver: 'Was to be given back',
    inheritance: {
      waits: `Once this is applied, new accounts below these targets ${rule}.`,
      inForce: `New accounts below these targets ${rule}.`,
    },
    sees: `calls to these services pass again${isForAll ? '' : ` for ${list(principals)}`}, as far as other policies allow them`,
    approve: isForAll
      ? 'take these services out of the deny as shown above'
      : `let ${list(principals)} use these services as shown above`,
    rollBack: `${noRollBack}.`,
    undoable: false,
    exemptible: false,
    mend: 'look at the SCP',
    byHand: 'look at the SCP',
  };
}

function denying({ services }: ChangeContent): Words {
  return {
    deed: `Deny ${counted(services.length, 'unused service')}`,
    sign: '+',
    nameOfServices: 'Denied',
    servicesTitle: 'Denied from then on',
    servicesTitleOver: 'Was to be denied',
    inheritance: {
      waits: 'New accounts below these targets will inherit it.',
      inForce: 'New accounts below these targets inherit it.',
    },
    sees: 'AccessDenied on every call to these services, whatever IAM allows',
    approve: 'deny these services as shown above',
    undoable: true,
    exemptible: true,
    rollBack:
      'The SCP gets its earlier text back. If somebody edited it since, exactly what this change added is taken out and the rest is left alone.',
    mend: 'roll back',
    byHand: 'take it out of the SCP by hand',
  };
}
