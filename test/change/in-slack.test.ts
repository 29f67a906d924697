import { expect, test } from '@jest/globals';
import { isOfTeam } from '../../core/change/deciding/in-slack.ts';

test.each<[string, string | undefined, string | null, string | null, string | null, boolean]>([
  ['any where none is named', undefined, 'T0OTHER', null, null, true],
  ['a user of the workspace, in it', 'T0US', 'T0US', 'T0US', null, true],
  ['a user of another company, in a shared channel', 'T0US', 'T0OTHER', 'T0US', null, false],
  ['a user of the workspace, in that of another company', 'T0US', 'T0US', 'T0OTHER', null, false],
  ['nobody says where', 'T0US', null, null, null, false],
  ['a user of a workspace of the organization, in it', 'E0US', 'T0ONE', 'T0ONE', 'E0US', true],
  ['a user of the organization itself', 'E0US', 'E0US', 'T0ONE', 'E0US', true],
  ['a user of another company, in a channel of the organization', 'E0US', 'T0OTHER', 'T0ONE', 'E0US', false],
  ['a user of another organization', 'E0US', 'E0OTHER', 'T0ONE', 'E0US', false],
  ['a user of whom nobody says where he belongs', 'E0US', null, 'T0ONE', 'E0US', false],
  ['a user and a place of another organization', 'E0US', 'T0OTHER', 'T0OTHER', 'E0OTHER', false],
])('who decides in Slack: %s', (_, configured, userTeamId, teamId, enterpriseId, expected) => {
  expect(isOfTeam({ userId: 'U0ANA', userTeamId, teamId, enterpriseId }, configured)).toBe(expected);
});
