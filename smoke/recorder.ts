import type { MeteredClient, PacingMeter } from '../adapters/aws/meter.ts';
import { refusalOf } from './write-guard.ts';

/** One call to AWS as it went. Times in milliseconds. */
export interface RecordedCall {
  /** When it was sent, as ISO time. */
  readonly at: string;
  readonly milliseconds: number;
  readonly operation: string;
  readonly input: unknown;
  /** What AWS answered, without the SDK's metadata; absent where it refused. */
  readonly answer?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  /** HTTP status, where there was an answer. */
  readonly status: number | null;
}

/** Records every call of the clients that it is attached to, and keeps back a write that would leave the test's own OU and SCPs. */
export interface Recorder {
  readonly calls: readonly RecordedCall[];
  /** SCPs that were made, by id: what is left must be among them. */
  readonly made: ReadonlySet<string>;
  /** A meter that puts the recorder into every client it is put into. */
  around(meter: PacingMeter): PacingMeter;
  /** Sends and records a call that no client of the SDK makes; the same are kept back. */
  sent<Answer>(operation: string, input: unknown, send: () => Promise<Answer>): Promise<Answer>;
}

type Next = (args: { readonly input: unknown }) => Promise<{ readonly output: unknown }>;

/** Above the SDK's retries: one record a call, whatever it took. */
const place = { step: 'initialize', name: 'smokeRecorder', override: true } as const;

/** Starts recording. `ouId`: the one OU that may be attached to. */
export function createRecorder(ouId: string): Recorder {
  const calls: RecordedCall[] = [];
  const made = new Set<string>();

  const sent = async <Answer>(
    operation: string,
    input: unknown,
    send: () => Promise<Answer>,
  ): Promise<Answer> => {
    const refusal = refusalOf(operation, input, { ouId, made });
    if (refusal !== null) throw new Error(`kept back, nothing was sent: ${refusal}`);
    const sentAt = Date.now();
    const record = (how: Omit<RecordedCall, 'at' | 'milliseconds' | 'operation' | 'input'>): void => {
      const milliseconds = Date.now() - sentAt;
      calls.push({ at: new Date(sentAt).toISOString(), milliseconds, operation, input, ...how });
    };
    try {
      const output = await send();
      const { $metadata, ...answer } = output as {
        readonly $metadata?: { readonly httpStatusCode?: number };
        readonly Policy?: { readonly PolicySummary?: { readonly Id?: string } };
      };
      if (operation === 'CreatePolicy') made.add(answer.Policy?.PolicySummary?.Id ?? '');
      record({ answer, status: $metadata?.httpStatusCode ?? null });
      return output;
    } catch (error) {
      const { $metadata, message, name } = error as Error & {
        readonly $metadata?: { readonly httpStatusCode?: number };
      };
      record({ error: { code: name, message }, status: $metadata?.httpStatusCode ?? null });
      throw error;
    }
  };

  const middleware =
    (next: Next, context: { readonly commandName?: string }): Next =>
    async (args) => {
      const operation = (context.commandName ?? 'unknown').replace(/Command$/, '');
      let result: Awaited<ReturnType<Next>> | undefined;
      await sent(operation, args.input, async () => {
        result = await next(args);
        return result.output;
      });
      return result as Awaited<ReturnType<Next>>;
    };

  return {
    calls,
    made,
    sent,
    around: (meter) => ({
      ...meter,
      attach: (client: MeteredClient) => {
        meter.attach(client);
        client.middlewareStack.add(middleware as never, place);
      },
    }),
  };
}
