/** AWS refuses a request whose time differs from its own; times are epoch milliseconds, null where the answer does not tell them. */
export interface ClockSkew {
  /** When the request was signed, by the clock of this machine. */
  readonly ours: number | null;
  readonly aws: number | null;
}

/** Codes that are about the time alone (AWS "Common error types", S3 "Error responses"). RequestExpired is one where AWS's words are not about a token. */
const clockCodes: readonly string[] = [
  'RequestTimeTooSkewed',
  'RequestTimeTooSkewedException',
  'RequestInTheFuture',
  'RequestExpired',
];

/** What AWS says of the time under codes that are also used for wrong keys (IAM User Guide "Troubleshoot Signature Version 4 requests"). */
const clockWords = [
  /signature expired/i,
  /signature not yet current/i,
  /is (now )?earlier than \d{8}T\d{6}Z/i,
  /is still later than \d{8}T\d{6}Z/i,
  /difference between the request time and the (current|server('s)?) time/i,
  /request (time|date|timestamp) .*(skew|future|too (old|late|early))/i,
  /date (is )?in the future/i,
  /request(s)? must (have been|be) .*within \d+ minutes/i,
  /check your system clock|clock skew/i,
];
const tokenWords = /token/i;

/** An error as the SDK gives it, as far as it tells times. */
export interface TimedError {
  readonly message: string;
  readonly RequestTime?: unknown;
  readonly ServerTime?: unknown;
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/** What an AWS error says of the clock, or null where it is about something else, such as an expired token or a wrong key. `now` is our time when the answer came. */
export function clockSkewOf(error: TimedError, code: string, now: number): ClockSkew | null {
  const { message } = error;
  const isWorded = clockWords.some((words) => words.test(message));
  if (!isWorded && (!clockCodes.includes(code) || tokenWords.test(message))) return null;
  return (
    timesInWords(message) ?? {
      ours: timeOf(error.RequestTime) ?? now,
      aws: timeOf(error.ServerTime) ?? timeOf(error.$response?.headers?.date),
    }
  );
}

/** `Signature expired: T is now earlier than U (V - 15 min.)` and `not yet current: T is still later than U (V + 15 min.)`: T signed it, V is AWS's time. */
function timesInWords(message: string): ClockSkew | null {
  const [, ours, aws] = /(\d{8}T\d{6}Z) is .*?\((\d{8}T\d{6}Z) [-+] /.exec(message) ?? [];
  return ours && aws ? { ours: timeOf(ours), aws: timeOf(aws) } : null;
}

/** Epoch milliseconds of a basic or extended ISO 8601 time, an HTTP date or a Date; null for anything else. */
function timeOf(value: unknown): number | null {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string') return null;
  const extended = value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(extended);
  return Number.isNaN(time) ? null : time;
}

/** Less is no reason for AWS to refuse, in milliseconds: then the answer's own time is that of a proxy or of a test, or the clock was set meanwhile. */
const leastMilliseconds = 60_000;

/** The way out: set the clock, and by how much it is wrong where that is known. */
export function clockHint({ aws, ours }: ClockSkew, code: string): string {
  const difference = aws === null || ours === null ? 0 : ours - aws;
  const isKnown = Math.abs(difference) >= leastMilliseconds;
  // EC2 and its kin answer this code to expired credentials too.
  if (!isKnown && code === 'RequestExpired')
    return 'set the clock of this machine; if it is right, the credentials have expired: sign in again';
  if (!isKnown)
    return "set the clock of this machine: its time differs from AWS's by more than AWS allows (15 minutes as a rule)";
  const way = difference < 0 ? 'behind' : 'ahead of';
  return `set the clock of this machine: it is ${duration(Math.abs(difference))} ${way} AWS's`;
}

function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
