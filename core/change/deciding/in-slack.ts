import type { Approver, Configuration } from '../../base/configuration.ts';
import { ok, type Result, refused } from '../../base/result.ts';
import type { ChangeRecord } from '../life/life.ts';
import type { DecisionRefusal } from '../links/refusal.ts';

/** Who did something in Slack, as a request says that Slack signed; an id that Slack left out is null. */
export interface SlackPerson {
  readonly userId: string;
  /** The workspace that the user belongs to, `T…`. */
  readonly userTeamId: string | null;
  /** The workspace that the app is installed in. */
  readonly teamId: string | null;
  /** The organization of Enterprise Grid, `E…`. */
  readonly enterpriseId: string | null;
}

/** Whether somebody comes from the workspace or organization that the configuration names; where it names none, from any that the app is installed in. */
export function isOfTeam(person: SlackPerson, configured: string | undefined): boolean {
  if (configured === undefined) return true;
  // The organization is that of the workspace in which the app acts. Of a user of another workspace Slack does not say whose he is.
  if (configured.startsWith('E'))
    return (
      person.enterpriseId === configured &&
      (person.userTeamId === configured ||
        (person.userTeamId !== null && person.userTeamId === person.teamId))
    );
  // In a channel that two companies share, the user and the app belong to different workspaces.
  const teams = [person.userTeamId, person.teamId].filter((team) => team !== null);
  return teams.length > 0 && teams.every((team) => team === configured);
}

/** Whether a change is decided where a link or AWS credentials prove more: Slack vouches for the user, and nobody for the machine that he is signed in on. */
export function isDecidedElsewhere({ content }: Pick<ChangeRecord, 'content'>): boolean {
  return content.risk.level === 'high';
}

/** The approver whom this Slack user is and who may decide here, or why not. Nothing but the configuration makes a user an approver. */
export function approverInSlack(
  record: ChangeRecord,
  person: SlackPerson,
  { approvers, slack }: Pick<Configuration, 'approvers' | 'slack'>,
): Result<Approver, DecisionRefusal> {
  const approver = isOfTeam(person, slack?.teamId)
    ? approvers.find(({ slackUserId }) => slackUserId === person.userId)
    : undefined;
  if (!approver) return refused({ code: 'OUT_OF_SCOPE', detail: 'you are not a configured approver' });
  return isDecidedElsewhere(record) ? refused(elsewhere) : ok(approver);
}

const elsewhere: DecisionRefusal = {
  code: 'HIGH_RISK',
  detail: 'a change of high risk is not decided in Slack',
};
