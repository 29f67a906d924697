import {
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, expect, test } from '@jest/globals';
import { closeAll, open } from '../opened.ts';

afterEach(closeAll);

test('5,000 roles and 1,000 accounts take a few words, and every list goes page by page', async () => {
  const { sandbox, sts, as, iam } = await open({
    scenario: {
      organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
      root: { id: 'r-ex01' },
      generate: {
        accounts: 1000,
        ou: 'ou-ex01-generated',
        identities: {
          users: [{ name: 'deployer', policies: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] }],
        },
      },
      identities: {
        '111111111111': {
          generate: {
            roles: 5000,
            policies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
            use: { service: 's3', every: 2 },
          },
        },
      },
    },
  });
  expect(sandbox.world.accounts.size).toBe(1001);
  const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
  expect(SummaryMap?.Roles).toBe(5002);
  let marker: string | undefined;
  const names = new Set<string | undefined>();
  let used = 0;
  do {
    const page = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'], MaxItems: 1000, Marker: marker }),
    );
    for (const role of page.RoleDetailList ?? []) {
      names.add(role.RoleName);
      if (role.RoleLastUsed?.LastUsedDate !== undefined) used += 1;
    }
    marker = page.Marker;
  } while (marker !== undefined);
  expect([names.size, used]).toEqual([5002, 2500]);

  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::700000001000:role/OrgAccessReviewerRead',
      RoleSessionName: 'review',
    }),
  );
  const member = as({
    accessKeyId: String(Credentials?.AccessKeyId),
    secretAccessKey: String(Credentials?.SecretAccessKey),
    sessionToken: String(Credentials?.SessionToken),
  });
  expect((await member.iam.send(new ListRolesCommand({}))).Roles?.length).toBe(3);
});
