import { randomBytes, randomUUID } from 'node:crypto';
import type { Callers } from './callers.ts';
import type { IamAccounts } from './iam/accounts.ts';
import { authorize } from './iam/authorize.ts';
import { type JsonBody, JsonError, jsonInput, jsonService } from './json-protocol.ts';
import type { SandboxService, WireRequest } from './service.ts';

interface Secret {
  readonly arn: string;
  readonly name: string;
  text: string;
  versionId: string;
  readonly createdAt: number;
}

const prefix = 'secretsmanager.';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const notFound = (): JsonError =>
  new JsonError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

const textOf = (input: JsonBody, member: string): string => {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new JsonError('ValidationException', `${member} must not be null.`);
};

const regionOf = (request: WireRequest): string =>
  /Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\//.exec(String(request.headers.authorization ?? ''))?.[1] ??
  'us-east-1';

/** AWS Secrets Manager (JSON 1.1): CreateSecret, PutSecretValue and GetSecretValue of texts. */
export const createSecrets = (callers: Callers, accounts: IamAccounts, now: () => Date): SandboxService => {
  const secrets = new Map<string, Secret>();

  /** By name, whole ARN, or ARN without the six characters that AWS adds. */
  const find = (place: string, id: string): Secret | undefined =>
    secrets.get(id) ??
    [...secrets.values()].find(({ arn, name }) =>
      id.startsWith('arn:') ? arn.slice(0, -7) === id : name === id && arn.startsWith(place),
    );

  const create = (place: string, input: JsonBody): JsonBody => {
    const name = textOf(input, 'Name');
    if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name))
      throw new JsonError('ValidationException', 'Invalid name. Must be a valid name.');
    if (find(place, name))
      throw new JsonError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    const end = [...randomBytes(6)].map((byte) => letters[byte % letters.length]).join('');
    const arn = `${place}:secret:${name}-${end}`;
    const secret = { arn, name, text: textOf(input, 'SecretString'), versionId: randomUUID() };
    secrets.set(arn, { ...secret, createdAt: now().getTime() / 1000 });
    return { ARN: arn, Name: name, VersionId: secret.versionId };
  };

  const put = (secret: Secret, input: JsonBody): JsonBody => {
    secret.text = textOf(input, 'SecretString');
    secret.versionId = randomUUID();
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: secret.versionId,
      VersionStages: ['AWSCURRENT'],
    };
  };

  const get = ({ arn, createdAt, name, text, versionId }: Secret): JsonBody => ({
    ARN: arn,
    Name: name,
    VersionId: versionId,
    SecretString: text,
    VersionStages: ['AWSCURRENT'],
    CreatedDate: createdAt,
  });

  const answer = (request: WireRequest, name: string): JsonBody => {
    if (request.accessKeyId === null)
      throw new JsonError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    const caller = callers.callerOf(request.accessKeyId);
    const place = `arn:aws:secretsmanager:${regionOf(request)}:${caller.accountId}`;
    const input = jsonInput(request);
    const action = `secretsmanager:${name}`;
    if (name === 'CreateSecret') {
      authorize(caller, accounts.of(caller.accountId), action, '*');
      return create(place, input);
    }
    if (name !== 'GetSecretValue' && name !== 'PutSecretValue')
      throw new JsonError('UnknownOperationException', `No operation ${name}`);
    const id = textOf(input, 'SecretId');
    const secret = find(place, id);
    // IAM is asked first: who may not read a secret does not learn whether it exists.
    authorize(caller, accounts.of(caller.accountId), action, secret?.arn ?? id);
    if (!secret) throw notFound();
    return name === 'GetSecretValue' ? get(secret) : put(secret, input);
  };

  return jsonService({ service: 'secretsmanager', prefix, answer });
};
