import { gunzipSync } from 'node:zlib';

/** A batch of log events as a subscription filter of CloudWatch Logs delivers it to a function. */
export interface LogBatch {
  /** The account and the name of the log group. */
  readonly owner: string;
  readonly logGroup: string;
  /** What the log events say, in their order; none in the message by which CloudWatch tests that the function can be reached. */
  readonly messages: readonly string[];
}

/** More than this (bytes) no batch has unpacked: CloudWatch Logs sends what Lambda takes in one invocation, packed. */
const unpackedBytes = 64_000_000;

/** The batch of an event of CloudWatch Logs: `awslogs.data`, packed with gzip, in base64 (CloudWatch Logs User Guide, "Subscriptions"). Throws with what is wrong. */
export function readLogBatch(event: unknown): LogBatch {
  const data = (event as { awslogs?: { data?: unknown } } | null)?.awslogs?.data;
  if (typeof data !== 'string')
    throw new Error('awslogs.data: missing, so this is no batch of CloudWatch Logs');
  const text = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: unpackedBytes }).toString('utf8');
  const { logEvents, logGroup, messageType, owner } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof owner !== 'string' || typeof logGroup !== 'string' || !Array.isArray(logEvents))
    throw new Error('awslogs.data: owner, logGroup and logEvents are missing or of another form');
  const messages = messageType === 'DATA_MESSAGE' ? logEvents.map(messageOf) : [];
  return { owner, logGroup, messages };
}

function messageOf(logEvent: unknown): string {
  const message = (logEvent as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : '';
}
