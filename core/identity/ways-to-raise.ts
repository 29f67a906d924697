import { globMatches } from '../base/matching.ts';
import { rememberedFor } from '../base/remembered.ts';
import type { PolicyDocument, Statement } from '../policy/document.ts';
import type { AccountIdentities, Role, User } from './account-identities.ts';
import { principalOf } from './account-lookup.ts';
import { type Controls, layersOf, principalsIn, readingOf } from './administration-reading.ts';
import { touchesAction } from './granted-services.ts';
import { isOnEverything, type Layer } from './iam-power.ts';
import { isBroad } from './leaves-ways.ts';
import { mayBeEntered } from './ways-to-a-role.ts';

// Each gives permissions, or the place of somebody who has them, by itself: IAM API Reference, under each name; AddUserToGroup
// opens what a group has, UpdateAssumeRolePolicy a role to whoever writes its trust, UpdateSAMLProvider all that trust the
// provider to whoever writes its keys, the last three another user's sign-in.
const alone = [
  ...['PutUserPolicy', 'PutGroupPolicy', 'PutRolePolicy'],
  ...['AttachUserPolicy', 'AttachGroupPolicy', 'AttachRolePolicy', 'AddUserToGroup'],
  ...['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'UpdateAssumeRolePolicy'],
  ...['UpdateSAMLProvider', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile'],
].map((name) => `iam:${name}`);

/** By these whoever has a boundary leaves it: IAM User Guide, "Delegating responsibility to others using permissions boundaries". */
const beyondBoundary: Readonly<Record<'user' | 'role', readonly (readonly string[])[]>> = {
  user: [['iam:DeleteUserPermissionsBoundary'], ['iam:PutUserPermissionsBoundary']],
  role: [['iam:DeleteRolePermissionsBoundary'], ['iam:PutRolePermissionsBoundary']],
};

/** What some of them give to: by these, a resource that is named opens a way to whoever is it, belongs to it or bears it. */
const givesTo: ReadonlyMap<string, keyof Own> = new Map([
  ...(['PutUserPolicy', 'AttachUserPolicy'] as const).map((name) => [`iam:${name}`, 'user'] as const),
  ...(['PutRolePolicy', 'AttachRolePolicy'] as const).map((name) => [`iam:${name}`, 'role'] as const),
  ...(['PutGroupPolicy', 'AttachGroupPolicy'] as const).map((name) => [`iam:${name}`, 'group'] as const),
  ...(['CreatePolicyVersion', 'SetDefaultPolicyVersion'] as const).map(
    (name) => [`iam:${name}`, 'policy'] as const,
  ),
  ...(['user', 'role'] as const).flatMap((type) =>
    beyondBoundary[type].flat().map((action) => [action, type] as const),
  ),
]);

const passRole = 'iam:PassRole';

// Each runs what its caller writes, with a role that he passes: IAM User Guide, "Grant a user permissions to pass a role to
// an AWS service", and the guide of each service. What runs already, with its role, is not counted (lambda:UpdateFunctionCode).
const runsWithRole = [
  ...['ec2:RunInstances', 'ec2:RequestSpotInstances', 'ec2:RequestSpotFleet'],
  ...['ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation'],
  ...['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration'],
  ...['ecs:RegisterTaskDefinition', 'ecs:RunTask', 'ecs:StartTask', 'batch:RegisterJobDefinition'],
  ...['apprunner:CreateService', 'airflow:CreateEnvironment', 'bedrock-agentcore:CreateCodeInterpreter'],
  ...['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:CreateChangeSet'],
  ...['cloudformation:CreateStackSet'],
  ...['codebuild:CreateProject', 'codebuild:UpdateProject', 'codebuild:StartBuild'],
  ...['codepipeline:CreatePipeline', 'datapipeline:PutPipelineDefinition'],
  ...['glue:CreateJob', 'glue:UpdateJob', 'glue:CreateDevEndpoint', 'glue:CreateSession'],
  ...['sagemaker:CreateNotebookInstance', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateProcessingJob'],
  ...['elasticmapreduce:RunJobFlow', 'emr-serverless:StartJobRun', 'ssm:StartAutomationExecution'],
  ...['states:CreateStateMachine', 'states:UpdateStateMachine', 'scheduler:CreateSchedule'],
];

/** Every way, as the actions that it takes together. */
const ways: readonly (readonly string[])[] = [
  ...alone.map((action) => [action]),
  ...runsWithRole.map((action) => [passRole, action]),
];

/** Every action of a way. */
export const actionsOfWays: ReadonlySet<string> = new Set(
  [...ways, ...beyondBoundary.user, ...beyondBoundary.role].flat(),
);

/** A user or role that may give himself more than he has, and by what. */
export interface Raiser {
  readonly arn: string;
  /** `iam:PutUserPolicy`, or `iam:PassRole with ec2:RunInstances`. */
  readonly way: string;
}

/** ARNs of what somebody is and belongs to, and of the policies that say what he may. */
interface Own {
  readonly user: readonly string[];
  readonly role: readonly string[];
  readonly group: readonly string[];
  readonly policy: readonly string[];
}

/**
 * Those of some users and roles, by ARN, that may be able to raise their own privileges, each with the first way. As for who may
 * administer: conditions may hold, what was not read may allow, and boundaries and SCPs count. Resources that are named open no way,
 * but those that are his own.
 */
export function whoMayRaise(
  account: AccountIdentities,
  controls: Controls,
  among: ReadonlySet<string>,
): readonly Raiser[] {
  const reading = readingOf(account, controls);
  const levels = reading.levels.filter((level) => level.length > 0);
  return principalsIn(reading).flatMap((principal) => {
    if (!among.has(principal.arn) || !mayBeEntered(principal)) return [];
    const own = ownOf(account, principal);
    const layers = [...layersOf(reading, principal), ...levels];
    const his = principal.boundary === null ? ways : [...ways, ...beyondBoundary[principal.type]];
    const way = his.find((actions) =>
      actions.every((action) => layers.every((layer) => mayTake(layer, action, own))),
    );
    return way === undefined ? [] : [{ arn: principal.arn, way: way.join(' with ') }];
  });
}

function ownOf(account: AccountIdentities, principal: User | Role): Own {
  const names = principal.type === 'user' ? principal.groups : [];
  const groups = names.flatMap((name) => principalOf(account, { type: 'group', name }) ?? []);
  return {
    user: principal.type === 'user' ? [principal.arn] : [],
    role: principal.type === 'role' ? [principal.arn] : [],
    group: groups.map(({ arn }) => arn),
    // Nobody of the account writes a policy of AWS.
    policy: [principal.boundary ?? [], [principal, ...groups].flatMap(({ attached }) => attached)]
      .flat()
      .filter((arn) => !arn.includes(':iam::aws:')),
  };
}

/** Whether what one layer says may leave an action. */
function mayTake(layer: Layer, action: string, own: Own): boolean {
  const documents = layer.filter((document) => document !== null);
  if (documents.some((document) => takenIn(document).denied.has(action))) return false;
  return (
    documents.length < layer.length ||
    documents.some((document) => takenIn(document).allowed.has(action) || takesOfOwn(document, action, own))
  );
}

/** Whether a document allows an action on what is somebody's own, by its name or by a variable. */
function takesOfOwn({ statements }: PolicyDocument, action: string, own: Own): boolean {
  const kind = givesTo.get(action);
  const arns = kind === undefined ? [] : own[kind];
  if (arns.length === 0) return false;
  return statements.some(
    (statement) =>
      statement.effect === 'Allow' &&
      statement.resources.kind === 'resource' &&
      touchesAction(statement, action) &&
      statement.resources.patterns.some((pattern) => {
        const named = pattern.replaceAll(variable, '*');
        return arns.some((arn) => globMatches(named, arn));
      }),
  );
}

/** Stands for what is known of whoever asks, in any case of letters and with a default or without: IAM User Guide, "Policy variables". */
const variable = /\$\{[^}]*\}/g;

const takenIn = rememberedFor(({ statements }: PolicyDocument) => {
  const among = (chosen: readonly Statement[]): ReadonlySet<string> =>
    new Set([...actionsOfWays].filter((action) => chosen.some((statement) => isAbout(statement, action))));
  return {
    allowed: among(statements.filter(({ effect }) => effect === 'Allow')),
    denied: among(
      statements.filter((each) => each.effect === 'Deny' && each.condition === null && isOnEverything(each)),
    ),
  };
});

/** What is run may have a name of its own; the permissions that are given, or the role that is passed, may not. */
function isAbout(statement: Statement, action: string): boolean {
  return touchesAction(statement, action) && (runsWithRole.includes(action) || isBroad(statement));
}
