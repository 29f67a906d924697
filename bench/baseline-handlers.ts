/** A function that imports what one of ours imports, and does nothing. */
export interface BaselineHandler {
  /** Its source, bundled by itself: this file must not import what it names. */
  readonly text: string;
  readonly says: string;
  /** How many times longer ours may take to start. */
  readonly mostTimes: number;
}

const clients: Readonly<Record<string, string>> = {
  DynamoDBClient: '@aws-sdk/client-dynamodb',
  EventBridgeClient: '@aws-sdk/client-eventbridge',
  IAMClient: '@aws-sdk/client-iam',
  OrganizationsClient: '@aws-sdk/client-organizations',
  SNSClient: '@aws-sdk/client-sns',
  STSClient: '@aws-sdk/client-sts',
};

function handlerOf(imports: Readonly<Record<string, string>>): string {
  const lines = Object.entries(imports).map(([name, from]) => `import { ${name} } from '${from}';`);
  // What the handler mentions is kept by the bundler.
  return `${lines.join('\n')}\nexport const handler = async () => [${Object.keys(imports).join(', ')}].length;\n`;
}

/** Baselines by the name of our function. */
export const baselineHandlers: Readonly<Record<string, BaselineHandler>> = {
  review: {
    text: handlerOf(clients),
    says: `a handler that only imports ${Object.keys(clients).join(', ')}`,
    mostTimes: 1.3,
  },
  approvals: {
    text: handlerOf({ Hono: 'hono', DynamoDBClient: '@aws-sdk/client-dynamodb' }),
    says: 'a handler that only imports Hono and DynamoDBClient',
    mostTimes: 1.5,
  },
};
