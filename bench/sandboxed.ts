import { createLocalResources } from '../adapters/aws/local-resources.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/server.ts';

/** Starts a sandbox, points the SDK's own chain at it while `measure` runs, and ends both. */
export async function withSandbox<Result>(
  options: SandboxOptions,
  measure: (sandbox: Sandbox) => Promise<Result>,
): Promise<Result> {
  const sandbox = await startSandbox(options);
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE000000001',
    AWS_SECRET_ACCESS_KEY: 'example-secret',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  try {
    return await measure(sandbox);
  } finally {
    process.env = before;
    await sandbox.close();
  }
}

/** Makes table, bus and topic, each of this name, and points the functions at them. */
export async function makeStack(name: string): Promise<void> {
  Object.assign(process.env, { TABLE_NAME: name, BUS_NAME: name, LOG_LEVEL: 'silent' });
  const topics = [{ name, email: 'team@example.com' }];
  const arns = await createLocalResources({ tableName: name, busName: name, topics });
  process.env.TOPIC_ARN = arns.get(name);
}
