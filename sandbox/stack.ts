/** Names of what a deployed stack has, so that the deployed functions find it here too. */
export interface Stack {
  readonly tableName: string;
  readonly busName: string;
  readonly topicName: string;
}

/** The stack of the service's default stage. */
export const defaultStack: Stack = {
  tableName: 'org-access-reviewer-live',
  busName: 'org-access-reviewer-live',
  topicName: 'org-access-reviewer-live-people',
};

const index = (name: string, hash: string, range: string) => ({
  IndexName: name,
  KeySchema: [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ],
});

const listed = [
  ...['organizationId', 'revision', 'status', 'policyId', 'policyName', 'confirm'],
  ...['services', 'accounts', 'unsent', 'namespaces', 'starter'],
];

const table = (tableName: string) => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'statusKey', AttributeType: 'S' },
    { AttributeName: 'updatedAt', AttributeType: 'N' },
    { AttributeName: 'changeId', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    { ...index('byStatus', 'statusKey', 'updatedAt'), Projection: { ProjectionType: 'ALL' } },
    {
      ...index('byKind', 'sk', 'updatedAt'),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['changeId', ...listed] },
    },
    {
      ...index('unfinished', 'statusKey', 'changeId'),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...listed, 'updatedAt'] },
    },
  ],
});

/** Makes table, bus and topic over the sandbox's own wire, as a deployment would have: with the first listed account's key. Rejects if one is refused. */
export const makeStack = async (endpoint: string, stack: Stack): Promise<void> => {
  const json = (target: string, version: string, body: unknown): RequestInit => ({
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': target,
      authorization: signedBy,
    },
    body: JSON.stringify(body),
  });
  const query = new URLSearchParams({ Action: 'CreateTopic', Version: '2010-03-31', Name: stack.topicName });
  await send(endpoint, json('DynamoDB_20120810.CreateTable', '1.0', table(stack.tableName)));
  await send(endpoint, json('AWSEvents.CreateEventBus', '1.1', { Name: stack.busName }));
  await send(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: signedBy },
    body: query.toString(),
  });
};

// Signatures are not checked; a key that the sandbox's STS did not issue is the management account's.
const signedBy =
  'AWS4-HMAC-SHA256 Credential=AKIASANDBOX000000000/20260101/us-east-1/sandbox/aws4_request, SignedHeaders=host, Signature=0';

const send = async (endpoint: string, request: RequestInit): Promise<void> => {
  const answer = await fetch(endpoint, request);
  if (!answer.ok) throw new Error(`the stack could not be made: ${answer.status} ${await answer.text()}`);
};
