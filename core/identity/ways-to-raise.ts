import { rememberedFor } from '../base/remembered.ts';
import type { PolicyDocument, Statement } from '../policy/document.ts';
import type { AccountIdentities } from './account-identities.ts';
import { type Controls, layersOf, principalsIn, readingOf } from './administration-reading.ts';
import { touchesAction } from './granted-services.ts';
import { isOnEverything, type Layer } from './iam-power.ts';
import { isBroad } from './leaves-ways.ts';
import { mayBeEntered } from './ways-to-a-role.ts';

// Each gives permissions, or the place of somebody who has them, by itself: IAM API Reference, under each name; AddUserToGroup
// opens what a group has, UpdateAssumeRolePolicy a role to whoever writes its trust, the last three another user's sign-in.
const alone = [
  ...['PutUserPolicy', 'PutGroupPolicy', 'PutRolePolicy'],
  ...['AttachUserPolicy', 'AttachGroupPolicy', 'AttachRolePolicy', 'AddUserToGroup'],
  ...['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'UpdateAssumeRolePolicy'],
  ...['CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile'],
].map((name) => `iam:${name}`);

const passRole = 'iam:PassRole';

// Each runs what its caller writes, with a role that he passes: IAM User Guide, "Grant a user permissions to pass a role to
// an AWS service", and the guide of each service.
const runsWithRole = [
  'ec2:RunInstances',
  'lambda:CreateFunction',
  'ecs:RegisterTaskDefinition',
  'cloudformation:CreateStack',
  'codebuild:CreateProject',
  'glue:CreateJob',
  'sagemaker:CreateNotebookInstance',
  'states:CreateStateMachine',
];

/** Every way, as the actions that it takes together. */
const ways: readonly (readonly string[])[] = [
  ...alone.map((action) => [action]),
  ...runsWithRole.map((action) => [passRole, action]),
];

/** A user or role that may give himself more than he has, and by what. */
export interface Raiser {
  readonly arn: string;
  /** `iam:PutUserPolicy`, or `iam:PassRole with ec2:RunInstances`. */
  readonly way: string;
}

/**
 * Those of some users and roles, by ARN, that may be able to raise their own privileges, each with the first way. As for who may
 * administer: conditions may hold, what was not read may allow, and boundaries and SCPs count. Resources that are named open no way.
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
    const layers = [...layersOf(reading, principal), ...levels];
    const way = ways.find((actions) =>
      actions.every((action) => layers.every((layer) => mayTake(layer, action))),
    );
    return way === undefined ? [] : [{ arn: principal.arn, way: way.join(' with ') }];
  });
}

/** Whether what one layer says may leave an action. */
function mayTake(layer: Layer, action: string): boolean {
  const documents = layer.filter((document) => document !== null);
  if (documents.some((document) => takenIn(document).denied.has(action))) return false;
  return (
    documents.length < layer.length || documents.some((document) => takenIn(document).allowed.has(action))
  );
}

const takenIn = rememberedFor(({ statements }: PolicyDocument) => {
  const among = (chosen: readonly Statement[]): ReadonlySet<string> =>
    new Set(ways.flat().filter((action) => chosen.some((statement) => isAbout(statement, action))));
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
