import { randomUUID } from 'node:crypto';
import { type JsonBody, JsonError, jsonInput, jsonService } from '../json-protocol.ts';
import type { SandboxService } from '../service.ts';

/** A customer-managed key of the sandbox. */
export interface Key {
  readonly id: string;
  readonly arn: string;
  /** AWS's word: `Enabled`, `Disabled`, `PendingDeletion`. */
  readonly state: string;
  readonly rotated: boolean;
  readonly policy: string;
  /** `SYMMETRIC_DEFAULT`, `RSA_2048`. */
  readonly spec: string;
}

/** Keys by id. */
export type Keys = Map<string, Key>;

const prefix = 'TrentService.';

const keyOf = (keys: Keys, input: JsonBody): Key => {
  const given = String(input.KeyId ?? '');
  const key = keys.get(given.slice(given.lastIndexOf('/') + 1));
  if (key === undefined) throw new JsonError('NotFoundException', `Key '${given}' does not exist`);
  return key;
};

const createKey = (keys: Keys, input: JsonBody): JsonBody => {
  const id = randomUUID();
  const arn = `arn:aws:kms:us-east-1:111111111111:key/${id}`;
  const [policy, spec] = [String(input.Policy ?? ''), String(input.KeySpec ?? 'SYMMETRIC_DEFAULT')];
  keys.set(id, { id, arn, state: 'Enabled', rotated: true, policy, spec });
  return { KeyMetadata: { KeyId: id, Arn: arn } };
};

const operations: Readonly<Record<string, (keys: Keys, input: JsonBody) => JsonBody>> = {
  CreateKey: createKey,
  DescribeKey: (keys, input) => {
    const { arn, id, spec, state } = keyOf(keys, input);
    return {
      KeyMetadata: {
        KeyId: id,
        Arn: arn,
        Enabled: state === 'Enabled',
        KeyState: state,
        KeyManager: id.startsWith('aws-') ? 'AWS' : 'CUSTOMER',
        KeySpec: spec,
        KeyUsage: spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY',
      },
    };
  },
  GetKeyPolicy: (keys, input) => ({ Policy: keyOf(keys, input).policy, PolicyName: 'default' }),
  GetKeyRotationStatus: (keys, input) => ({ KeyRotationEnabled: keyOf(keys, input).rotated }),
};

/** KMS as far as keys are made and looked at (JSON 1.1); nothing is encrypted. */
export const createKms = (keys: Keys): SandboxService =>
  jsonService({
    service: 'kms',
    prefix,
    answer: (request, name) => {
      const operation = operations[name];
      if (operation === undefined) throw new JsonError('UnknownOperationException', `No operation ${name}`);
      return operation(keys, jsonInput(request));
    },
  });
