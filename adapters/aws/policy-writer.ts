import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DetachPolicyCommand,
  type OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import type { PolicyWriter } from '../ports.ts';
import { readPolicyTargets, readPolicyText } from './policy-reader.ts';
import { AwsRefusal, refusing } from './refusal.ts';

/** Reads and writes single SCPs. `readClient` retries; `writeClient` must not: after a failed write nobody knows whether it was done, so a new attempt starts by reading. */
export function createPolicyWriter(
  readClient: OrganizationsClient,
  writeClient: OrganizationsClient,
): PolicyWriter {
  return {
    readPolicyText: (policyId) => readPolicyText(readClient, policyId),
    readPolicyTargets: (policyId) => readPolicyTargets(readClient, policyId),
    updatePolicy: async (policyId, text) => {
      await refusing('UpdatePolicy', () =>
        writeClient.send(new UpdatePolicyCommand({ PolicyId: policyId, Content: text })),
      );
    },
    createPolicy: async ({ name, description, text }) => {
      const operation = 'CreatePolicy';
      const input = {
        Type: 'SERVICE_CONTROL_POLICY',
        Name: name,
        Description: description,
        Content: text,
      } as const;
      const { Policy } = await refusing(operation, () => writeClient.send(new CreatePolicyCommand(input)));
      const policyId = Policy?.PolicySummary?.Id;
      if (policyId) return policyId;
      throw new AwsRefusal({
        operation,
        code: 'UNREADABLE_ANSWER',
        kind: 'answer',
        said: 'the answer names no policy',
      });
    },
    attachPolicy: async (policyId, targetId) => {
      await refusing('AttachPolicy', () =>
        writeClient.send(new AttachPolicyCommand({ PolicyId: policyId, TargetId: targetId })),
      );
    },
    detachPolicy: async (policyId, targetId) => {
      await refusing('DetachPolicy', () =>
        writeClient.send(new DetachPolicyCommand({ PolicyId: policyId, TargetId: targetId })),
      );
    },
    deletePolicy: async (policyId) => {
      await refusing('DeletePolicy', () => writeClient.send(new DeletePolicyCommand({ PolicyId: policyId })));
    },
  };
}
