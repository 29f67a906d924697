import * as z from 'zod/mini';

/** Names and paths as people read them: something is to be seen, and no control characters are in it. */
export const isVisible = [
  z.maxLength(1024),
  z.regex(/^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u, 'must have a visible character, and no control characters'),
] as const;
/** A name. */
export const visibleName = z.string().check(...isVisible);

// EventBridge Scheduler User Guide, "Schedule types": six fields of cron, of which the day of the month or of the week is "?".
/** When something begins. */
export const scheduleExpression = z
  .string()
  .check(
    z.regex(
      /^(cron\((?=\S+ \S+ (\?|\S+ \S+ \?) )(\S+ ){5}\S+\)|rate\([1-9]\d* (minute|hour|day)s?\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))$/,
      'must be an expression of EventBridge Scheduler: cron(MINUTES HOURS DAY MONTH WEEKDAY YEAR) with "?" for DAY or WEEKDAY, rate(3 days) or at(2027-01-31T06:00:00)',
    ),
  );

/** A workspace of Slack, or an organization of Enterprise Grid, by its id. */
export const slackTeamId = z
  .string()
  .check(
    z.regex(/^[TE][A-Z0-9]+$/, 'must be the id of a workspace (T…) or of an Enterprise organization (E…)'),
  );

// CloudWatch Logs API reference, CreateLogGroup.
/** The name of a log group. */
export const logGroupName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9._/#-]{1,512}$/,
      'must be the name of a log group such as "aws-cloudtrail-logs", no ARN',
    ),
  );
