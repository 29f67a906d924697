import type { ForeignOwner } from './foreign-owner.ts';
import { asksToLeaveIt, isWrittenElsewhere } from './said-of-policy.ts';

/** Platforms and pipelines that leave no marks of their own: what their users write. */
export const pipelines: readonly ForeignOwner[] = [
  {
    owner: 'a platform for infrastructure as code',
    source:
      'env0, Scalr, Terrateam, Digger, Brainboard, ControlMonkey, Firefly: no tags of their own, a habit of their users',
    tagKeys: ['env0', 'env0:*', 'env0-*', 'env0_*', 'scalr*', 'terrateam*', 'controlmonkey*'],
    words: ['env0', 'scalr', 'terrateam', 'brainboard', 'controlmonkey', 'control monkey'],
    commonWords: ['digger', 'firefly'],
  },
  {
    owner: 'a platform that governs accounts',
    source: 'Kion (cloudtamer.io), Stax, Turbot, Sonrai, Takomo, Cloud Custodian: a habit of their users',
    tags: ['*landing zone', '*landing-zone', '*landingzone'].map((value) => ({ key: 'managedby', value })),
    tagKeys: ['kion*', 'cloudtamer*', 'stax', 'stax:*', 'stax-*', 'turbot*', 'sonrai*', 'takomo*', 'c7n*'],
    words: ['kion', 'cloudtamer', 'stax', 'turbot', 'sonrai', 'takomo', 'cloud custodian', 'c7n'],
  },
  {
    owner: 'a pipeline',
    source: 'no tag of its own, a habit of people who deploy by pipelines',
    isToldBy: isWrittenElsewhere,
    tagKeys: [
      ...['iac', 'infrastructure-as-code', 'infrastructureascode', 'infrastructure_as_code', 'gitops'],
      ...['cicd', 'pipeline', 'pipeline-*', 'pipeline_*', 'pipelinename', 'vcs', 'vcs*url', 'vcs*repo'],
      ...['git', 'gitcommit', 'gitsha', 'githash', 'gitbranch'],
      ...['repo', 'repo:*', 'repourl', 'repository*', 'gitrepo*', 'git-repo*', 'git:*'],
      // Not `repo-desk`: banks trade repos.
      ...['url', 'name', 'path', 'link', 'branch'].flatMap((what) => [`repo-${what}`, `repo_${what}`]),
      ...['commit', 'sha', 'hash', 'branch', 'ref', 'url'].flatMap((what) => [
        `git-${what}`,
        `git_${what}`,
        `git.${what}`,
      ]),
      ...['github', 'gitlab', 'bitbucket', 'ado'].flatMap((host) =>
        ['repo*', 'project*', 'pipeline*', 'workflow*', 'url'].flatMap((what) => [
          `${host}-${what}`,
          `${host}_${what}`,
          `${host}:${what}`,
        ]),
      ),
      ...['coderepo*', 'code-repo*', 'code_repo*', 'sourcerepo*', 'source-repo*', 'source_repo*'],
    ],
    words: [
      ...['azure devops', 'azure pipelines', 'bitbucket', 'circleci', 'buildkite', 'teamcity'],
      ...[
        'spinnaker',
        'tekton',
        'octopus deploy',
        'rundeck',
        'fluxcd',
        'argo cd',
        'codecatalyst',
        'github',
        'git',
      ],
      ...['saltstack', 'pipeline', 'pipelines', 'cicd', 'gitops', 'codepipeline', 'codebuild', 'jenkins'],
      ...['ansible', 'github actions', 'gitlab ci', 'gitlab', 'infrastructure as code', 'iac'],
      'serverless framework',
    ],
    commonWords: [
      ...[
        'argo',
        'automation',
        'bamboo',
        'bot',
        'lambda',
        'script',
        'step functions',
        'awx',
        'chef',
        'ci',
        'concourse',
        'drone',
        'flux',
        'harness',
        'puppet',
      ],
      'travis',
    ],
  },
  {
    owner: 'somebody who asks that nobody else edits it',
    source: 'a habit of people, whatever they edit it by',
    isToldBy: asksToLeaveIt,
    tagKeys: ['edit', 'modify', 'change', 'touch'].flatMap((what) => [
      ...[`donot${what}`, `do-not-${what}`, `do_not_${what}`],
    ]),
  },
];
