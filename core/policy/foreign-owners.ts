import type { ForeignOwner } from './foreign-owner.ts';
import { pipelines } from './foreign-pipelines.ts';

/** Everybody who is known to run SCPs. Editing what a tool owns raises drift there, and its next run writes over it. */
export const foreignOwners: readonly ForeignOwner[] = [
  {
    owner: 'AWS Control Tower',
    source: 'AWS Control Tower User Guide, "Detect and resolve drift": SCPs of controls are named so',
    names: ['aws-guardrails-*'],
    words: [
      ...['control tower', 'controltower', 'cfct', 'customizations for control tower'],
      'customizations for aws control tower',
    ],
  },
  {
    owner: 'Landing Zone Accelerator on AWS',
    source:
      'github.com/awslabs/landing-zone-accelerator-on-aws, sample configurations: organization-config.yaml',
    names: [
      ...['awsaccelerator*', 'acceleratorguardrails*', 'lza-*'],
      ...['*-core-guardrails-*', '*-core-workloads-guardrails-*', '*-core-sandbox-guardrails-*'],
      ...['*-core-security-guardrails-*', '*-core-network-guardrails-*', '*-suspended-guardrails*'],
    ],
    descriptions: [
      ...['lza *', 'landing zone accelerator*', 'accelerator guardrails*', 'organization guardrails ?'],
      '*until the accelerator has been executed*',
    ],
    tagKeys: ['accelerator*', 'accel-p', 'lza', 'lza:*', 'lza-*', 'lza_*'],
    words: ['lza', 'landing zone accelerator', 'landingzoneaccelerator', 'awsaccelerator'],
    commonWords: ['accelerator'],
  },
  {
    owner: 'AWS Secure Environment Accelerator (ASEA, PBMM)',
    source:
      'github.com/aws-samples/aws-secure-environment-accelerator: reference-artifacts/SCPs, default prefixes',
    names: [
      ...['asea-*', 'pbmmaccel-*', '*-guardrails-part-?*', '*-guardrails-part?*', '*-guardrails-sensitive*'],
      ...['*-guardrails-unclass*', '*-guardrails-sandbox*', '*quarantine-new-object*'],
    ],
    descriptions: ['asea *', 'pbmm *', '*accelerator guardrails part*'],
    tagKeys: ['asea', 'asea:*', 'asea-*', 'pbmm*'],
    words: ['asea', 'pbmm', 'pbmmaccel', 'secure environment accelerator'],
  },
  {
    owner: 'AWS Deployment Framework (ADF)',
    source: 'github.com/awslabs/aws-deployment-framework: organizations.py, create_policy',
    names: ['adf-scp-*', 'adf-managed-*', 'adf-*-scp*'],
    descriptions: ['adf managed*', 'adf-managed*'],
    tagKeys: ['adf', 'adf:*', 'adf-*', 'adf_*'],
    words: ['adf', 'aws deployment framework', 'deployment framework', 'deploymentframework'],
  },
  {
    owner: 'AWS Control Tower Account Factory for Terraform (AFT)',
    source: 'github.com/aws-ia/terraform-aws-control_tower_account_factory: default tag managed_by',
    names: ['aft-*'],
    tagKeys: ['aft', 'aft:*', 'aft-*', 'aft_*'],
    words: ['aft', 'account factory for terraform', 'account factory'],
  },
  {
    owner: 'AWS CloudFormation StackSets',
    source: 'CloudFormation User Guide, "Resource tags": stacks of a stack set are named so',
    names: ['stackset-*'],
    tags: [{ key: 'aws:cloudformation:stack-name', value: 'stackset-*' }],
    words: ['stackset', 'stacksets', 'stack set', 'stack sets'],
  },
  {
    owner: 'AWS Service Catalog',
    source: 'Service Catalog Administrator Guide, "AutoTags"; its stacks are named so',
    tagKeys: ['aws:servicecatalog:*', 'servicecatalog:*', 'servicecatalog-*'],
    tags: [{ key: 'aws:cloudformation:stack-name', value: 'sc-*-pp-*' }],
    words: ['service catalog', 'servicecatalog'],
  },
  {
    owner: 'Innovation Sandbox on AWS',
    source: 'github.com/aws-solutions/innovation-sandbox-on-aws: names of its SCPs',
    names: ['innovationsandbox*', 'innovation-sandbox*', 'isb-*scp*'],
    descriptions: ['*supported by aws nuke clean*', 'innovation sandbox*'],
    tagKeys: ['innovationsandbox*', 'innovation-sandbox*', 'innovation_sandbox*'],
    words: ['innovation sandbox', 'innovationsandbox', 'isb'],
  },
  {
    owner: 'superwerker',
    source: 'github.com/superwerker/superwerker: service-control-policies stack, scpName',
    names: ['superwerker*'],
    descriptions: ['superwerker*'],
    tagKeys: ['superwerker*'],
    tags: [{ key: 'name', value: 'superwerker*' }],
    words: ['superwerker'],
  },
  {
    owner: 'org-formation',
    source: 'github.com/org-formation/org-formation-cli: names and descriptions that its users write',
    names: ['org-formation-*', 'orgformation-*'],
    descriptions: ['*org-formation managed*', '*orgformation managed*'],
    tagKeys: ['org-formation*', 'orgformation*', 'organization-formation*'],
    words: [
      'org-formation',
      'org formation',
      'orgformation',
      'organization formation',
      'organization-formation',
    ],
  },
  {
    owner: 'AWS CDK',
    source: 'CDK API reference, "Tags"; aws-cdk:* tags of its own constructs',
    tagKeys: ['cdk', 'aws-cdk', 'aws-cdk:*', 'cdk:*', 'cdk-*', 'cdk_*', 'aws:cdk:*'],
    words: ['cdk', 'aws-cdk', 'aws cdk', 'cdktf', 'cdk pipelines'],
  },
  {
    owner: 'AWS CloudFormation',
    source: 'CloudFormation User Guide, "Resource tags"',
    tagKeys: ['aws:cloudformation:*', 'cloudformation', 'cloudformation:*', 'cloudformation-*'],
    words: ['cloudformation', 'cfn', 'aws sam', 'sceptre'],
  },
  {
    owner: 'Terragrunt',
    source: 'terragrunt.gruntwork.io: no tag of its own, a habit of its users',
    tagKeys: ['*terragrunt*'],
    words: ['terragrunt', 'gruntwork'],
  },
  {
    owner: 'OpenTofu',
    source: 'opentofu.org: no tag of its own, a habit of its users',
    tagKeys: ['*opentofu*', 'tofu', 'tofu:*', 'tofu-*', 'tofu_*'],
    words: ['opentofu', 'open tofu', 'tofu'],
  },
  {
    owner: 'Terraform',
    source:
      'no tag of its own, a habit of its users; its default name prefix: provider helper, id.PrefixedUniqueId',
    names: ['terraform-20????????????????????????'],
    tagKeys: [
      '*terraform*',
      'tf',
      'tf:*',
      'tf_*',
      'tf-*',
      'tfc',
      'tfc:*',
      'tfc-*',
      'tfc_*',
      'atmos',
      'atmos:*',
      'tfworkspace',
      'tfmanaged',
      'tfstate*',
    ],
    words: [
      ...['terraform', 'hcp terraform', 'hcp', 'hashicorp', 'tfc', 'tfe', 'tf', 'atlantis'],
      ...['terramate', 'terraspace', 'atmos'],
    ],
  },
  {
    owner: 'Spacelift',
    source: 'docs.spacelift.io: no tag of its own, a habit of its users',
    tagKeys: ['*spacelift*'],
    words: ['spacelift'],
  },
  {
    owner: 'SST',
    source: 'sst.dev documentation, "Providers": default tags sst:app and sst:stage',
    tagKeys: ['sst:*'],
    words: ['sst'],
  },
  {
    owner: 'Pulumi',
    source: 'Pulumi documentation, "Auto-tagging": pulumi:project, pulumi:stack',
    tagKeys: ['pulumi*'],
    words: ['pulumi'],
  },
  {
    owner: 'code that Yor tags',
    source: 'github.com/bridgecrewio/yor, README: yor_trace and git_* tags of infrastructure as code',
    tagKeys: [
      ...['yor_*', 'git_commit', 'git_file', 'git_modifiers', 'git_org', 'git_repo'],
      ...['git_last_modified_at', 'git_last_modified_by'],
    ],
    words: ['yor'],
  },
  {
    owner: 'Crossplane',
    source: 'github.com/crossplane/crossplane-runtime, pkg/resource: GetExternalTags',
    tagKeys: ['crossplane*'],
    words: ['crossplane', 'upbound'],
  },
  {
    owner: 'AWS Controllers for Kubernetes (ACK)',
    source: 'aws-controllers-k8s.github.io, "Managing Tags on your AWS Resources"',
    tagKeys: ['services.k8s.aws/*'],
    words: ['ack', 'ack-controller'],
  },
  {
    owner: 'an AWS service (service access management)',
    source:
      'AWS managed policy AWSManagedServiceAccessManagementAccess: an AWS service makes and attaches such SCPs',
    tags: [{ key: 'managedby', value: 'service-access' }],
    words: ['service-access', 'service access'],
  },
  ...pipelines,
];
