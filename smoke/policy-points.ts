import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribePolicyCommand,
  ListPoliciesForTargetCommand,
  ListTagsForResourceCommand,
  type OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { organizationsLimits } from '../core/base/limits.ts';
import { ownMark } from '../core/policy/own-mark.ts';
import { outcomeOf, type Point } from './points.ts';

/** What is needed to look at SCPs: one that the test made and attached to its OU. */
export interface PolicySetup {
  readonly organizations: OrganizationsClient;
  readonly ouId: string;
  readonly policyId: string;
  readonly name: string;
  /** As it was sent, with white space that means nothing. */
  readonly text: string;
}

const type = 'SERVICE_CONTROL_POLICY';

/** What the product assumes of SCPs. */
export const policyPoints: readonly Point<PolicySetup>[] = [
  {
    name: 'the text of an SCP, read back',
    assumed: 'byte for byte as it was sent',
    look: async ({ organizations, policyId, text }) => {
      const { Policy } = await organizations.send(new DescribePolicyCommand({ PolicyId: policyId }));
      return Policy?.Content === text
        ? 'byte for byte as it was sent'
        : `${Policy?.Content?.length} characters for ${text.length}`;
    },
  },
  {
    name: 'the SCPs of the OU right after one was attached',
    assumed: 'the new one is among them',
    look: async ({ organizations, ouId, policyId }) => {
      const { NextToken, Policies = [] } = await organizations.send(
        new ListPoliciesForTargetCommand({ TargetId: ouId, Filter: type }),
      );
      if (Policies.some(({ Id }) => Id === policyId)) return 'the new one is among them';
      return NextToken ? 'not on the first page' : 'the new one is not among them';
    },
  },
  {
    name: 'the tags that an SCP was made with',
    assumed: 'read back at once',
    look: async ({ organizations, policyId }) => {
      const { Tags = [] } = await organizations.send(
        new ListTagsForResourceCommand({ ResourceId: policyId }),
      );
      const isThere = Tags.some(({ Key, Value }) => Key === ownMark.key && Value === ownMark.value);
      return isThere ? 'read back at once' : `not among ${Tags.length}`;
    },
  },
  {
    name: 'the same text written once more',
    assumed: 'accepted',
    look: ({ organizations, policyId, text }) =>
      outcomeOf(organizations.send(new UpdatePolicyCommand({ PolicyId: policyId, Content: text }))),
  },
  {
    name: 'a second SCP of the same name',
    assumed: 'refused: DuplicatePolicyException',
    look: ({ name, organizations, text }) => outcomeOf(create(organizations, name, text)),
  },
  {
    name: 'the same SCP attached once more',
    assumed: 'refused: DuplicatePolicyAttachmentException',
    look: ({ organizations, ouId, policyId }) =>
      outcomeOf(organizations.send(new AttachPolicyCommand({ PolicyId: policyId, TargetId: ouId }))),
  },
  {
    name: 'an SCP deleted while it is attached',
    assumed: 'refused: PolicyInUseException',
    look: ({ organizations, policyId }) =>
      outcomeOf(organizations.send(new DeletePolicyCommand({ PolicyId: policyId }))),
  },
  {
    name: 'an SCP with a statement that names no resource',
    assumed: 'refused: MalformedPolicyDocumentException',
    look: ({ name, organizations }) =>
      outcomeOf(
        create(
          organizations,
          `${name}-no-resource`,
          JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'a4b:*' }] }),
        ),
      ),
  },
  {
    name: `an SCP of more than ${organizationsLimits.scpCharacters} characters`,
    assumed: 'refused: ConstraintViolationException',
    look: ({ name, organizations, text }) =>
      outcomeOf(create(organizations, `${name}-long`, text.padEnd(organizationsLimits.scpCharacters + 1))),
  },
  {
    name: 'an SCP that does not exist',
    assumed: 'refused: PolicyNotFoundException',
    look: ({ organizations }) =>
      outcomeOf(organizations.send(new DescribePolicyCommand({ PolicyId: 'p-00000000' }))),
  },
];

function create(organizations: OrganizationsClient, name: string, text: string): Promise<unknown> {
  return organizations.send(
    new CreatePolicyCommand({
      Type: type,
      Name: name,
      Description: 'Smoke test; may be deleted.',
      Content: text,
    }),
  );
}
