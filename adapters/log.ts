import { type DestinationStream, destination, type Logger, pino, stdSerializers } from 'pino';
import { visibleJson } from '../core/message/words/visible-text.ts';
import { systemClock } from './clock.ts';

/** What a logger is made with. */
export interface LogSettings {
  /** The review, change or request that every line belongs to. */
  readonly correlationId: string;
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  readonly level: string;
  /** Where the lines go; file descriptor 1 where standard output is the log (Lambda), else 2. */
  readonly fileDescriptor: 1 | 2;
}

const secrets = [
  'token',
  'secret',
  'authorization',
  'Authorization',
  'password',
  'secretAccessKey',
  'sessionToken',
  'webhookUrl',
  'approvalUrl',
];
const redactedPaths = secrets.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** The mark of a line that says that somebody could not be told: an alarm counts these lines (scripts/deployment.cjs). */
export const couldNotBeTold = { alarm: 'COULD_NOT_BE_TOLD' } as const;

/** The mark of a line that says that a change stands half done and waits: an alarm counts these lines too. */
export const standsHalfDone = { alarm: 'CHANGE_HALF_DONE' } as const;

/** A logger of JSON lines with one correlation id; tokens, secrets and authorizations are never written. Nothing in a line can drive a terminal. Lines are written at once, so that none is lost when a function freezes. */
export function createLogger(
  settings: LogSettings,
  stream: Pick<DestinationStream, 'write'> = destination({ fd: settings.fileDescriptor, sync: true }),
): Logger {
  return pino(
    {
      level: settings.level,
      base: { correlationId: settings.correlationId },
      // Lambda filters by these two keys, and takes every line without a timestamp for one of level INFO (AWS Lambda Developer Guide, "Log-level filtering").
      timestamp: () => `,"timestamp":"${new Date(systemClock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // Classes have no names in a bundle: what an error is, it says itself.
      serializers: {
        err: (error: unknown) =>
          error instanceof Error ? { ...stdSerializers.err(error), type: error.name } : error,
      },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    { write: (line) => stream.write(visibleJson(line)) },
  );
}
