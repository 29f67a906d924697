import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
} from '@aws-sdk/client-kms';
import type { KeyReading } from '../../../core/doctor/readings.ts';
import { isAwsRefusal, refusing } from '../refusal.ts';

type Seen = Pick<KeyReading, 'isSymmetric' | 'rotated' | 'state'>;

/** The state and kind of a key, and whether AWS rotates it; state null where there is none. */
export async function readKey(client: KMSClient, id: string): Promise<Seen> {
  try {
    const { KeyMetadata } = await refusing('kms:DescribeKey', () =>
      client.send(new DescribeKeyCommand({ KeyId: id })),
    );
    const { KeyManager, KeySpec, KeyState: state = '', KeyUsage } = KeyMetadata ?? {};
    const isSymmetric = KeySpec === 'SYMMETRIC_DEFAULT' && KeyUsage === 'ENCRYPT_DECRYPT';
    if (state !== 'Enabled' || KeyManager === 'AWS' || !isSymmetric)
      return { state, isSymmetric, rotated: null };
    const { KeyRotationEnabled } = await refusing('kms:GetKeyRotationStatus', () =>
      client.send(new GetKeyRotationStatusCommand({ KeyId: id })),
    );
    return { state, isSymmetric, rotated: KeyRotationEnabled === true };
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'NotFoundException')
      return { state: null, isSymmetric: true, rotated: null };
    throw error;
  }
}

/** The policy of a key; null where there is no such key, or the caller may not read its policy. */
export async function readKeyPolicy(client: KMSClient, id: string): Promise<string | null> {
  try {
    const { Policy } = await refusing('kms:GetKeyPolicy', () =>
      client.send(new GetKeyPolicyCommand({ KeyId: id })),
    );
    return Policy ?? null;
  } catch (error) {
    if (isAwsRefusal(error) && /^(NotFound|AccessDenied)Exception$/.test(error.code)) return null;
    throw error;
  }
}
