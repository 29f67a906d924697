const account = '111111111111';
const secret = (name: string): string =>
  `arn:aws:secretsmanager:us-east-1:${account}:secret:slack/${name}-AbCd12`;

const approvers = [{ id: 'ana', name: 'Ana', email: 'ana@example.com', slackUserId: 'U0ANA' }];
const url = 'access.example.com';
const certificateArn = `arn:aws:acm:us-east-1:${account}:certificate/0a1b2c3d-0000-4000-8000-000000000000`;
const jwt = { issuer: 'https://idp.example.com', audience: ['reviewer'] };
const mutualTls = { truststoreUri: 's3://trust/store.pem', truststoreVersion: '7' };
const kmsKeyArn = `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** A key of one's own, topics of people, secrets, tags, and the page behind a domain. The framework takes seconds a configuration, so suites share few. */
export const behindDomain = {
  approvers: [
    ...approvers,
    { id: 'ben.o', name: 'Ben', email: 'ben@example.com' },
    { id: 'dora', name: 'Dora', email: 'dora@example.com' },
  ],
  ...{ operators: ['ops@example.com'], deployers: [`arn:aws:iam::${account}:role/Deploy`] },
  ...{ email: { topics: { dora: `arn:aws:sns:us-east-1:${account}:of-dora` } }, tags: { team: 'cloud' } },
  slack: { botTokenSecret: secret('bot'), webhookUrl: secret('all') },
  deployment: { kmsKeyArn },
  pageDomain: { domainName: url, certificateArn, jwt, mutualTls },
};

/** No page, decisions in Slack, every function that is off without being named, and roles as a company wants them. */
export const withoutPage = {
  ...{ approvers, page: 'none', configRule: { enabled: true }, memberRoles: { read: 'OtherRead' } },
  slack: { botTokenSecret: secret('bot'), signingSecret: secret('signing') },
  deployment: {
    permissionsBoundary: `arn:aws:iam::${account}:policy/security/Boundary`,
    ...{ rolePath: '/security/', logRetentionDays: 365, trailLogGroup: 'aws-cloudtrail-logs/organization' },
  },
};
