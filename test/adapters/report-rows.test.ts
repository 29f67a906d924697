import { expect, test } from '@jest/globals';
import { toIdentityRows } from '../../adapters/aws/identity-report-rows.ts';
import { toReport } from '../../adapters/aws/report-rows.ts';
import { namedAccount } from '../../core/finding/access-report.ts';

const when = new Date('2026-05-01T00:00:00Z');
const unused = { ServiceName: 'Amazon Lex', ServiceNamespace: 'lex', TotalAuthenticatedEntities: 0 };
const used = { ...unused, LastAuthenticatedTime: when, TotalAuthenticatedEntities: 1 };
const report = (detail: object, page: object = {}) =>
  toReport('ou-1', 'job', [
    {
      JobStatus: 'COMPLETED',
      JobCreationDate: when,
      JobCompletionDate: when,
      NumberOfServicesAccessible: 1,
      AccessDetails: [{ ...unused, ...detail }],
      ...page,
    },
  ]);

test.each([
  ['a row without a namespace', { ServiceNamespace: undefined }, {}],
  ['more rows than announced', {}, { NumberOfServicesAccessible: 0 }],
  ['no number of services', {}, { NumberOfServicesAccessible: undefined }],
  ['no completion date', {}, { JobCompletionDate: undefined }],
])('%s: the report has failed, nothing of it is unused', (_case, detail, page) => {
  expect(report(detail, page)).toMatchObject({ status: 'failed', failure: { code: 'MALFORMED_REPORT' } });
});

const sqs = { ServiceName: 'Amazon SQS', ServiceNamespace: 'sqs', TotalAuthenticatedEntities: 0 };
test.each([
  ['a last use that is no date', [{ ...used, LastAuthenticatedTime: new Date('x') }], /is no date/],
  ['a count without a last use', [{ ...unused, TotalAuthenticatedEntities: 2 }], /says otherwise/],
  ['a last use without a count', [{ ...used, TotalAuthenticatedEntities: undefined }], /no count/],
  ['a last use by no account', [{ ...used, TotalAuthenticatedEntities: 0 }], /says otherwise/],
  ['a negative count', [{ ...unused, TotalAuthenticatedEntities: -1 }], /no count/],
  ['who used it last without when', [{ ...unused, EntityPath: 'o-1/r-1/111111111111' }], /not when/],
  ['a service listed twice', [unused, unused], /twice/],
  ['a service listed twice, once in capitals', [unused, { ...unused, ServiceNamespace: 'LEX' }], /twice/],
])('%s: that row is unreadable, the others are not', (_case, details, why) => {
  const read = report(
    {},
    { AccessDetails: [...details, sqs], NumberOfServicesAccessible: details.length + 1 },
  );
  if (read.status !== 'completed') throw new Error(read.failure.message);
  expect(read.rows.get('lex')).toMatchObject({
    ...{ unreadable: expect.stringMatching(why), lastAccessedAt: when.getTime(), lastAccessedBy: null },
  });
  expect(read.rows.get('sqs')).toMatchObject({ lastAccessedAt: null });
  expect(read.rows.get('sqs')?.unreadable).toBeUndefined();
});

test('a row whose namespace is none is told, and is no service', () => {
  const read = report({ ServiceNamespace: 'l*x' });
  expect(read).toMatchObject({ status: 'completed', unnamed: ['l*x'], rows: new Map() });
});

test('fewer rows than announced make a short report', () => {
  expect(report({}, { NumberOfServicesAccessible: 2 })).toMatchObject({
    status: 'failed',
    failure: { code: 'SHORT_REPORT' },
  });
});

test('a good row is read, a Region alone is no use, and the path loses its trailing slash', () => {
  const good = report({ ...used, EntityPath: 'o-1/r-1/111111111111/', Region: 'us-east-1' });
  if (good.status !== 'completed') throw new Error(good.failure.message);
  expect(good.rows.get('lex')).toMatchObject({
    lastAccessedAt: when.getTime(),
    lastAccessedBy: namedAccount('o-1/r-1/111111111111'),
  });
  expect(report({ Region: 'us-east-1' })).toMatchObject({ status: 'completed' });
});

test('a namespace in capitals is the same service, in both kinds of report', () => {
  const good = report({ ServiceNamespace: 'Lex' });
  expect(good.status === 'completed' && [...good.rows]).toMatchObject([['lex', { serviceNamespace: 'lex' }]]);
  const page = (...names: readonly string[]) => [
    { ServicesLastAccessed: names.map((name) => ({ ServiceName: 'Amazon Lex', ServiceNamespace: name })) },
  ];
  expect([...toIdentityRows(page('LEX'), 'service')]).toMatchObject([['lex', { serviceNamespace: 'lex' }]]);
  expect(toIdentityRows(page('LEX', 'lex'), 'service')).toBe('service lex is listed twice');
});
