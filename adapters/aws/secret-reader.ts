import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AwsRefusal, refusing } from './refusal.ts';

/** Reads a secret by its ARN: what was read less than so many milliseconds ago is answered again. Throws `AwsRefusal` where it is missing, denied or holds no text. */
export type ReadSecret = (secretArn: string, mostAge?: number) => Promise<string>;

const operation = 'GetSecretValue';

/** So long a secret is kept that was read, in milliseconds: one that was rotated holds without a deployment. */
const secretMilliseconds = 5 * 60_000;

/** Reads each secret every few minutes at most: deployed, in each instance of a function. What failed is read again the next time. */
export function createSecretReader(
  clientFor: (secretArn: string) => SecretsManagerClient,
  now: () => number,
): ReadSecret {
  const known = new Map<string, { readonly text: Promise<string>; readonly at: number }>();
  return (secretArn, mostAge = secretMilliseconds) => {
    const before = known.get(secretArn);
    if (before && now() - before.at < mostAge) return before.text;
    const reading = { text: readSecret(clientFor(secretArn), secretArn), at: now() };
    known.set(secretArn, reading);
    reading.text.catch(() => {
      if (known.get(secretArn) === reading) known.delete(secretArn);
    });
    return reading.text;
  };
}

async function readSecret(client: SecretsManagerClient, secretArn: string): Promise<string> {
  try {
    const { SecretString } = await refusing(operation, () =>
      client.send(new GetSecretValueCommand({ SecretId: secretArn })),
    );
    const text = oneText(SecretString);
    if (text !== null) return text;
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    const { code, kind, said } = error;
    const hint = hints[code];
    throw new AwsRefusal(
      { operation, code, kind, said: `${secretArn}: ${said}`, ...(hint ? { hint } : {}) },
      error,
    );
  }
  throw new AwsRefusal({
    operation,
    code: 'UNREADABLE_SECRET',
    kind: 'set-up',
    said: `${secretArn} holds neither a text nor one key with a text`,
  });
}

const hints: Readonly<Record<string, string | undefined>> = {
  ResourceNotFoundException: 'make the secret, or correct its ARN in reviewer.config.json, and deploy again',
  AccessDeniedException:
    'deploy again after a change of the ARN; a secret under a key of your own also needs kms:Decrypt for the role of the function',
};

/** What a secret holds: its text, or the one value of the key-value form that the console of Secrets Manager makes. */
function oneText(value: string | undefined): string | null {
  const text = value?.trim() ?? '';
  if (!text.startsWith('{')) return text || null;
  try {
    const values = Object.values(JSON.parse(text) as object);
    const [only] = values;
    return values.length === 1 && typeof only === 'string' ? only.trim() || null : null;
  } catch {
    return null;
  }
}
