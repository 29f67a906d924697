import * as z from 'zod/mini';
import { keyArn, upTo } from './configuration-fields.ts';

// Athena and Glue API references. Athena keeps names in lower case. They are written into a query.
const athenaName = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9_][a-z0-9_-]{0,127}$/,
      'must be a name as Athena keeps it: lower-case letters, digits, underscores and hyphens',
    ),
  );
const bucketFolder = z
  .string()
  .check(
    z.regex(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/([A-Za-z0-9_.=-]+\/)*$/,
      'must be a bucket or a folder in it, with a slash at the end: s3://bucket/AWSLogs/o-exampleorg1/',
    ),
  );

/** Where the organization's trail is queried through Athena, and where it lies. */
export const trailTable = z.strictObject({
  database: athenaName,
  table: athenaName,
  // Athena API reference, WorkGroup.
  workgroup: z
    .string()
    .check(z.regex(/^[A-Za-z0-9._-]{1,128}$/, 'must be the name of a workgroup of Athena')),
  trailLocation: bucketFolder,
  outputLocation: z._default(z.nullable(bucketFolder), null),
  keyArns: z._default(z.array(keyArn), []),
  days: z._default(upTo(400), 90),
  accountColumn: z._default(z.nullable(athenaName), 'account'),
  dateColumn: z._default(z.nullable(athenaName), 'month'),
  dateFormat: z._default(z.enum(['yyyy/MM', 'yyyy/MM/dd']), 'yyyy/MM'),
});
