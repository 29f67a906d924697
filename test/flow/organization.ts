import type { Scenario, ScenarioAccount } from '../../sandbox/scenario.ts';
import { accountOf, allowing, exampleOrganization, fullAccessOn } from '../support/worlds.ts';

/** The OU that the small organization's SCP is attached to. */
export const development = 'ou-ex01-development';
/** Another OU, with accounts that use everything. */
export const elsewhere = 'ou-ex01-elsewhere';
/** The SCP of the Development OU. */
export const developmentPolicy = 'p-newsvctest';
/** Its text, written by hand: what is restored must be this, byte for byte. */
export const baseText = `{ "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Allowed", "Effect": "Allow", "Resource": "*",
      "Action": ["s3:*", "sts:*", "lex:*", "dms:*"] }
  ] }`;

const account = (id: string, name: string, usage: ScenarioAccount['usage']): ScenarioAccount =>
  accountOf(id, name, usage, '2023-01-05');

/** Two accounts in a Development OU that allows four services, two of them long unused; one account elsewhere. */
export const developmentAndElsewhere: Scenario = {
  organization: exampleOrganization,
  root: {
    id: 'r-ex01',
    children: [
      {
        ou: development,
        name: 'Development',
        children: [
          account('222222222222', 'dev-1', {
            s3: { daysAgo: 2 },
            sts: { daysAgo: 1 },
            lex: { daysAgo: 213 },
          }),
          account('222222222223', 'dev-2', { s3: { daysAgo: 9 }, dms: { daysAgo: 251 } }),
        ],
      },
      {
        ou: elsewhere,
        name: 'Elsewhere',
        children: [account('333333333333', 'other-1', { s3: { daysAgo: 1 }, lex: { daysAgo: 1 } })],
      },
    ],
  },
  policies: [
    { id: developmentPolicy, name: 'NewServiceTest', content: baseText, targets: [development] },
    {
      id: 'p-elsewhere0',
      name: 'ElsewhereServices',
      content: allowing('s3:*', 'sts:*', 'lex:*'),
      targets: [elsewhere],
    },
    fullAccessOn('r-ex01', '222222222222', '222222222223', '333333333333'),
  ],
};
