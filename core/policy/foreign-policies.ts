import { globMatches } from './matching.ts';
import type { ServiceControlPolicy } from './service-control-policy.ts';

type Tags = Readonly<Record<string, string>>;

interface Owner {
  /** Who owns the policy, in words that fit behind "is owned by". */
  readonly owner: string;
  /** Name patterns of the owner's policies. */
  readonly names: readonly string[];
  readonly tagged: (key: string, value: string) => boolean;
}

// Editing what a tool owns raises drift there and is overwritten by its next run.
const owners: readonly Owner[] = [
  // AWS Control Tower User Guide, "Detect and resolve drift": guardrail SCPs are named so.
  { owner: 'AWS Control Tower', names: ['aws-guardrails-*'], tagged: () => false },
  // Landing Zone Accelerator on AWS: names of its SCPs, tag of its stacks.
  {
    owner: 'Landing Zone Accelerator on AWS',
    names: ['AWSAccelerator*', 'AcceleratorGuardrails*'],
    tagged: (key) => /^accelerator/i.test(key),
  },
  // CloudFormation User Guide, "Resource tags".
  { owner: 'AWS CloudFormation', names: [], tagged: (key) => key.startsWith('aws:cloudformation:') },
  // No tag of AWS's: a habit of Terraform users.
  {
    owner: 'Terraform',
    names: [],
    tagged: (key, value) => /terraform/i.test(key) || /terraform/i.test(value),
  },
  // AWS managed policy AWSManagedServiceAccessManagementAccess: such SCPs are made and attached by an AWS service.
  {
    owner: 'an AWS service (service access management)',
    names: [],
    tagged: (key, value) => key.toLowerCase() === 'managedby' && value.toLowerCase() === 'service-access',
  },
];

/** Who owns an SCP that we must not edit, in words, or null if nobody does. `patterns` are globs on its name or id from configuration; without readable tags the name alone decides. */
export function foreignOwner(policy: ServiceControlPolicy, patterns: readonly string[]): string | null {
  if (policy.awsManaged) return 'AWS (it is AWS-managed)';
  for (const { owner, names, tagged } of owners) {
    if (names.some((name) => globMatches(name.toLowerCase(), policy.name.toLowerCase())))
      return `${owner} (by its name)`;
    const tag = tagOf(policy.tags ?? {}, tagged);
    if (tag) return `${owner} (by its tag ${tag})`;
  }
  const pattern = patterns.find((each) => globMatches(each, policy.name) || globMatches(each, policy.id));
  return pattern === undefined ? null : `somebody else (by the configured pattern ${pattern})`;
}

function tagOf(tags: Tags, tagged: Owner['tagged']): string | null {
  return Object.entries(tags).find(([key, value]) => tagged(key, value))?.[0] ?? null;
}
