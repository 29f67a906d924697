/** An access key of a user, as far as its use is on record (IAM API reference, AccessKeyLastUsed). Times are epoch milliseconds. */
export interface AccessKey {
  /** `AKIA…`. */
  readonly id: string;
  readonly isActive: boolean;
  readonly createdAt: number;
  /** Null: no use is on record. */
  readonly lastUsedAt: number | null;
  /** Null where AWS says none. */
  readonly region: string | null;
}

/**
 * The credentials of one user. Whom only a bucket, key or queue policy lets in, an access report has no row for: his
 * credentials show that he works.
 */
export interface UserCredentials {
  /** Last sign-in with the password, in epoch milliseconds; null: none is on record (IAM API reference, User, PasswordLastUsed). */
  readonly passwordLastUsedAt: number | null;
  /** When the password for the console was made, in epoch milliseconds; null: there is none (IAM API reference, LoginProfile). */
  readonly passwordCreatedAt: number | null;
  readonly accessKeys: readonly AccessKey[];
  /** Active credentials of whose use IAM keeps no record, in words: SSH keys, signing certificates, service-specific credentials. */
  readonly unrecorded: readonly string[];
}

/** What was read of a user's credentials, or why they could not be read. */
export type CredentialsReading = { readonly credentials: UserCredentials } | { readonly failure: string };

/** One use of a credential: when, in which Region if AWS says so, and of what, in words. */
export interface CredentialUse {
  readonly at: number;
  readonly region: string | null;
  readonly what: string;
}

/** Every use of a user's credentials that is on record. */
export function usesOfCredentials({
  accessKeys,
  passwordLastUsedAt,
}: UserCredentials): readonly CredentialUse[] {
  return [
    ...(passwordLastUsedAt === null ? [] : [{ at: passwordLastUsedAt, region: null, what: 'the password' }]),
    ...accessKeys.flatMap(({ id, lastUsedAt: at, region }) =>
      at === null ? [] : [{ at, region, what: `access key ${id}` }],
    ),
  ];
}
