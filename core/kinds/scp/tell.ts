import { counted, list } from '../../base/counted.ts';
import { minuteUtc } from '../../base/iso-time.ts';
import type { ChangeContent } from '../../change/content/change.ts';
import { editOf } from '../../change/content/edit.ts';
import { exemptedPrincipals, firstEnd } from '../../change/content/exempted.ts';
import { type Intent, intentOf } from '../../change/content/intents.ts';
import { meaningOf } from '../../policy/meaning.ts';
import { givenBackTo } from '../../proof/give-back.ts';
import type { Telling } from '../kind.ts';
import { ofUnknownIntent } from '../later-version.ts';
import { noRollBack } from './proposing/give-back.ts';

/** How an edit of an SCP is told to people. */
export function tell(content: ChangeContent): Telling {
  const { after, before, policyId: id, policyName: name } = editOf(content);
  return {
    noun: 'SCP',
    ...words[intentOf(content)](content),
    extent: counted(content.accountIds.length, 'account'),
    edits: [{ id, name, before, after, meaning: meaningOf(before, after) }],
    identities: null,
  };
}

/** What is unused is proposed by a review, as often as it is found. */
const proposedAgain = 'the next review proposes again what still holds';

type Words = Omit<Telling, 'noun' | 'extent' | 'edits' | 'identities'>;

const words: { readonly [Each in Intent]: (content: ChangeContent) => Words } = {
  deny: denying,
  'give-back': givingBack,
  'end-exemption': endingExemption,
  unknown: (content) => ({
    ...denying(content),
    ...ofUnknownIntent,
    deed: 'Edit an SCP in a way that this version does not know',
  }),
};

function givingBack(content: ChangeContent): Words {
  const principals = content.exemptions ? exemptedPrincipals(content) : givenBackTo(editOf(content));
  const isForAll = principals.length === 0;
  const endsAt = firstEnd(content);
  const until = endsAt === null ? '' : ` until ${minuteUtc(endsAt)}`;
  const deed = `Give back ${counted(content.services.length, 'denied service')}`;
  const rule = isForAll
    ? 'do not inherit this denial'
    : `inherit this denial for all but ${list(principals)}`;
  return {
    deed: isForAll ? deed : `${deed} to ${counted(principals.length, 'principal')}${until}`,
    sign: '-',
    nameOfServices: 'Given back',
    servicesTitle: `No longer denied${isForAll ? '' : ` to ${list(principals)}`} from then on${until === '' ? '' : `,${until}`}`,
    servicesTitleOver: 'Was to be given back',
    inheritance: {
      waits: `Once this is applied, new accounts below these targets ${rule}.`,
      inForce: `New accounts below these targets ${rule}.`,
    },
    sees: `calls to these services pass again${isForAll ? '' : ` for ${list(principals)}${until}`}, as far as other policies allow them${until === '' ? '' : '; once that is over, a review proposes to deny them again'}`,
    approve: isForAll
      ? 'take these services out of the deny as shown above'
      : `let ${list(principals)} use these services${until} as shown above`,
    rollBack: `${noRollBack}.`,
    undoable: false,
    exemptible: false,
    mend: 'look at the SCP',
    byHand: 'look at the SCP',
    // No review gives anything back by itself.
    ifUnwritten: 'what is still needed has to be asked back again',
  };
}

function endingExemption(content: ChangeContent): Words {
  const principals = exemptedPrincipals(content);
  const who = list(principals);
  return {
    deed: `End the exemption of ${counted(principals.length, 'principal')} from the denial of ${counted(content.services.length, 'service')}`,
    sign: '+',
    nameOfServices: 'Denied again',
    servicesTitle: `Denied to ${who} again from then on`,
    servicesTitleOver: `Was to be denied to ${who} again`,
    inheritance: {
      waits: 'For everybody else nothing changes.',
      inForce: 'For everybody else nothing changed.',
    },
    sees: `AccessDenied for ${who} on every call to these services, as for everybody else`,
    approve: `deny these services to ${who} again as shown above`,
    undoable: true,
    exemptible: false,
    rollBack:
      'The SCP gets its earlier text back, with the exemptions. If it was written since, by somebody or by another change, it is left alone.',
    mend: 'roll back',
    byHand: 'exempt the principal once more',
    ifUnwritten: proposedAgain,
  };
}

function denying({ id, services }: ChangeContent): Words {
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
      'The SCP gets its earlier text back. If it was written since, by somebody or by another change, exactly what this change added is taken out and the rest is left alone.',
    mend: 'roll back',
    byHand: `ask for it back (npx --no -- oar changes give-back ${id} --services … --reason '…')`,
    ifUnwritten: proposedAgain,
  };
}
