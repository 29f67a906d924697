import { QueryError } from '../query-protocol.ts';
import { idOf } from './ids.ts';
import { noSuchEntity, userOf } from './lookup.ts';
import type { IamOperations } from './operation.ts';
import type { IamUser } from './state.ts';
import { listed, needed, pageOf } from './validation.ts';

/** As many entries as the scenario says there are, each with an id of its own. */
const numbered = (count: number, prefix: string, user: IamUser): readonly string[] =>
  Array.from({ length: count }, (_none, index) => idOf(prefix, `${user.id}/${index}`));

/** Reads of what users sign in with, after the IAM API reference. */
export const credentialReads: IamOperations = {
  GetLoginProfile: ({ state }, input) => {
    const { credentials, name } = userOf(state, input);
    if (credentials.passwordCreatedAt === null)
      throw noSuchEntity(`Login Profile for User ${name} cannot be found.`);
    const CreateDate = new Date(credentials.passwordCreatedAt);
    return { LoginProfile: { UserName: name, CreateDate, PasswordResetRequired: false } };
  },
  ListAccessKeys: ({ state }, input) => {
    const user = userOf(state, input);
    const page = pageOf(input, user.credentials.accessKeys, `${user.id} keys`);
    return listed('AccessKeyMetadata', page, ({ active, created, id }) => ({
      UserName: user.name,
      AccessKeyId: id,
      Status: active ? 'Active' : 'Inactive',
      CreateDate: new Date(created),
    }));
  },
  GetAccessKeyLastUsed: ({ state }, input) => {
    const id = needed(input, 'AccessKeyId');
    for (const { credentials, name } of state.users.values()) {
      const key = credentials.accessKeys.find((each) => each.id === id);
      if (key === undefined) continue;
      const { lastUsed } = key;
      return {
        UserName: name,
        AccessKeyLastUsed:
          lastUsed === null
            ? { Region: 'N/A', ServiceName: 'N/A' }
            : {
                LastUsedDate: new Date(lastUsed.at),
                Region: lastUsed.region,
                ServiceName: lastUsed.service,
              },
      };
    }
    throw new QueryError('AccessDenied', `The access key ${id} is not of this account.`, 403);
  },
  ListSSHPublicKeys: ({ state, now }, input) => {
    const user = userOf(state, input);
    const page = pageOf(input, numbered(user.credentials.sshKeys, 'APKA', user), `${user.id} ssh`);
    return listed('SSHPublicKeys', page, (id) => ({
      UserName: user.name,
      SSHPublicKeyId: id,
      Status: 'Active',
      UploadDate: new Date(now),
    }));
  },
  ListSigningCertificates: ({ state, now }, input) => {
    const user = userOf(state, input);
    const ids = numbered(user.credentials.signingCertificates, 'ASCA', user);
    return listed('Certificates', pageOf(input, ids, `${user.id} certificates`), (id) => ({
      UserName: user.name,
      CertificateId: id,
      CertificateBody: '-----BEGIN CERTIFICATE-----',
      Status: 'Active',
      UploadDate: new Date(now),
    }));
  },
  ListServiceSpecificCredentials: ({ state, now }, input) => {
    const user = userOf(state, input);
    const page = pageOf(input, user.credentials.serviceCredentials, `${user.id} service credentials`);
    return listed('ServiceSpecificCredentials', page, (service) => ({
      UserName: user.name,
      Status: 'Active',
      ServiceUserName: `${user.name}-at-${service}`,
      CreateDate: new Date(now),
      ServiceSpecificCredentialId: idOf('ACCA', `${user.id}/${service}`),
      ServiceName: service,
    }));
  },
};
