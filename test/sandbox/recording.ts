/** One recorded call of AWS and its answer. */
export interface Observation {
  readonly case: string;
  readonly operation: string;
  readonly caller: string;
  readonly callerPolicy?: string;
  readonly input: Readonly<Record<string, string>>;
  readonly at: number;
  readonly httpStatus: number;
  readonly code: string;
  readonly message?: string;
  readonly accessDetailsCount?: number;
  readonly lastNamespace?: string;
  readonly scpContent?: string;
  readonly output?: Readonly<Record<string, unknown>>;
}

/** The file of recorded access-report calls. */
export interface Recording {
  readonly jobs: readonly { readonly job: string; readonly seconds: number }[];
  readonly groups: readonly { readonly id: string; readonly observations: readonly Observation[] }[];
}

/** What a caller of the capture may not do, read from its name or its policy. */
export const deniedTo = (caller: string, policy: string | undefined): readonly string[] => {
  if (policy?.includes('{') || policy?.includes('organizations:Describe')) {
    return /Deny (organizations:\w+)/.exec(policy)?.slice(1) ?? [];
  }
  const alone = policy === 'iam:GenerateOrganizationsAccessReport + iam:GetOrganizationsAccessReport';
  return alone || caller.startsWith('iam_only') ? ['organizations:*'] : [];
};
