import {
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
} from '@aws-sdk/client-iam';
import type { AccessKey, UserCredentials } from '../../core/identity/user-credentials.ts';
import { nextMarker, unlessAbsent } from './iam-pages.ts';
import { readAll } from './pages.ts';
import { unreadable } from './policy-document.ts';
import { refusing } from './refusal.ts';

/** Reads what a user signs in with, as far as IAM tells when it was last used. Throws `AwsRefusal`. */
export async function readCredentials(client: IAMClient, userName: string): Promise<UserCredentials> {
  const of = { UserName: userName };
  const { User } = await refusing('GetUser', () => client.send(new GetUserCommand(of)));
  const keys = await readAll('ListAccessKeys', async (Marker) => {
    const page = await client.send(new ListAccessKeysCommand({ ...of, Marker }));
    return { items: page.AccessKeyMetadata, nextToken: nextMarker('ListAccessKeys', page) };
  });
  const accessKeys: AccessKey[] = [];
  for (const { AccessKeyId, CreateDate, Status } of keys) {
    if (!AccessKeyId || !CreateDate) throw unreadable('ListAccessKeys', 'an access key has no id or no date');
    const use = await readLastUse(client, AccessKeyId);
    accessKeys.push({
      id: AccessKeyId,
      isActive: Status !== 'Inactive',
      createdAt: CreateDate.getTime(),
      ...use,
    });
  }
  return {
    passwordLastUsedAt: User?.PasswordLastUsed?.getTime() ?? null,
    passwordCreatedAt: await readPasswordDate(client, userName),
    accessKeys,
    unrecorded: await readUnrecorded(client, userName),
  };
}

/** Null: there is no password. */
async function readPasswordDate(client: IAMClient, UserName: string): Promise<number | null> {
  const profile = await unlessAbsent(() =>
    refusing('GetLoginProfile', () => client.send(new GetLoginProfileCommand({ UserName }))),
  );
  if (profile === null) return null;
  const createdAt = profile.LoginProfile?.CreateDate;
  if (!createdAt) throw unreadable('GetLoginProfile', 'the password has no date');
  return createdAt.getTime();
}

/** AWS says `N/A` for the Region of a key that was never used. */
async function readLastUse(
  client: IAMClient,
  AccessKeyId: string,
): Promise<Pick<AccessKey, 'lastUsedAt' | 'region'>> {
  const { AccessKeyLastUsed: use } = await refusing('GetAccessKeyLastUsed', () =>
    client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })),
  );
  const region = use?.Region ?? 'N/A';
  return { lastUsedAt: use?.LastUsedDate?.getTime() ?? null, region: region === 'N/A' ? null : region };
}

async function readUnrecorded(client: IAMClient, UserName: string): Promise<readonly string[]> {
  const sshKeys = await readAll('ListSSHPublicKeys', async (Marker) => {
    const page = await client.send(new ListSSHPublicKeysCommand({ UserName, Marker }));
    return { items: page.SSHPublicKeys, nextToken: nextMarker('ListSSHPublicKeys', page) };
  });
  const certificates = await readAll('ListSigningCertificates', async (Marker) => {
    const page = await client.send(new ListSigningCertificatesCommand({ UserName, Marker }));
    return { items: page.Certificates, nextToken: nextMarker('ListSigningCertificates', page) };
  });
  const specific = await readAll('ListServiceSpecificCredentials', async (Marker) => {
    const page = await client.send(new ListServiceSpecificCredentialsCommand({ UserName, Marker }));
    return {
      items: page.ServiceSpecificCredentials,
      nextToken: nextMarker('ListServiceSpecificCredentials', page),
    };
  });
  const isActive = ({ Status }: { readonly Status?: string | undefined }): boolean => Status !== 'Inactive';
  return [
    ...sshKeys.filter(isActive).map(({ SSHPublicKeyId: id }) => `SSH key ${id}`),
    ...certificates.filter(isActive).map(({ CertificateId: id }) => `signing certificate ${id}`),
    ...specific
      .filter(isActive)
      .filter(({ ExpirationDate: end }) => end === undefined || end.getTime() > Date.now())
      .map(({ ServiceName, ServiceSpecificCredentialId: id }) => `credential ${id} for ${ServiceName}`),
  ];
}
