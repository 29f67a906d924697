import { type JsonBody, JsonError, jsonAnswer, jsonInput, jsonRefusal } from '../json-protocol.ts';
import type { SandboxService } from '../service.ts';

/** A customer-managed key of the sandbox. */
export interface Key {
  readonly id: string;
  readonly arn: string;
  /** AWS's word: `Enabled`, `Disabled`, `PendingDeletion`. */
  readonly state: string;
  readonly rotated: boolean;
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

const operations: Readonly<Record<string, (keys: Keys, input: JsonBody) => JsonBody>> = {
  DescribeKey: (keys, input) => {
    const { arn, id, state } = keyOf(keys, input);
    return {
      KeyMetadata: {
        KeyId: id,
        Arn: arn,
        Enabled: state === 'Enabled',
        KeyState: state,
        KeyManager: 'CUSTOMER',
      },
    };
  },
  GetKeyRotationStatus: (keys, input) => ({ KeyRotationEnabled: keyOf(keys, input).rotated }),
};

/** KMS's DescribeKey and GetKeyRotationStatus (JSON 1.1). */
export const createKms = (keys: Keys): SandboxService => ({
  identify: (request) => {
    const target = request.headers['x-amz-target'];
    if (typeof target !== 'string' || !target.startsWith(prefix)) return null;
    return { service: 'kms', name: target.slice(prefix.length) };
  },
  answer: async (request, { name }) => {
    try {
      const operation = operations[name];
      if (operation === undefined) throw new JsonError('UnknownOperationException', `No operation ${name}`);
      return jsonAnswer(operation(keys, jsonInput(request)));
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      return jsonRefusal(error);
    }
  },
  refuse: (_operation, error) => jsonRefusal(error),
  close: async () => undefined,
});
