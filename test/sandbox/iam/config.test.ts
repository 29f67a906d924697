import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, open } from '../opened.ts';
import { identityScenario } from './identities.ts';

afterEach(closeAll);

type Json = Readonly<Record<string, unknown>>;

const caller =
  (endpoint: string) =>
  async (operation: string, body: Json): Promise<{ readonly status: number; readonly body: Json }> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `StarlingDoveService.${operation}`,
        authorization: 'AWS4-HMAC-SHA256 Credential=AKIACONFIG/20260101/us-east-1/config/aws4_request',
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Json };
  };

const evaluation = (id: string, type = 'NON_COMPLIANT', more: Json = {}): Json => ({
  ComplianceResourceType: 'AWS::IAM::Role',
  ComplianceResourceId: id,
  ComplianceType: type,
  OrderingTimestamp: 1_780_000_000,
  ...more,
});

describe('AWS Config', () => {
  test('keeps the latest evaluation of each resource and lists it page by page', async () => {
    const { sandbox } = await open({ scenario: identityScenario });
    const config = caller(sandbox.endpoint);
    const put = (Evaluations: readonly Json[]) =>
      config('PutEvaluations', { ResultToken: 'unused-roles/1', Evaluations });
    await put(['a', 'b', 'c'].map((id) => evaluation(id)));
    await put([evaluation('b', 'COMPLIANT', { OrderingTimestamp: 1_780_000_100 })]);
    await put([evaluation('c', 'NOT_APPLICABLE', { OrderingTimestamp: 1_780_000_100 })]);
    const listed = async (more: Json): Promise<readonly unknown[]> => {
      const { body } = await config('GetComplianceDetailsByConfigRule', {
        ConfigRuleName: 'unused-roles',
        ...more,
      });
      const rows = (body.EvaluationResults as readonly Json[]).map((row) => row.ComplianceType);
      return body.NextToken === undefined
        ? rows
        : [...rows, 'more', ...(await listed({ ...more, NextToken: body.NextToken }))];
    };
    expect(await listed({})).toEqual(['NON_COMPLIANT', 'COMPLIANT']);
    expect(await listed({ Limit: 1 })).toEqual(['NON_COMPLIANT', 'more', 'COMPLIANT']);
    expect(await listed({ ComplianceTypes: ['NOT_APPLICABLE'] })).toEqual(['NOT_APPLICABLE']);
    const seen = (await (await fetch(`${sandbox.endpoint}/_sandbox/evaluations`)).json()) as readonly Json[];
    expect(seen.map(({ resourceId, compliance }) => [resourceId, compliance])).toEqual([
      ['a', 'NON_COMPLIANT'],
      ['b', 'COMPLIANT'],
      ['c', 'NOT_APPLICABLE'],
    ]);
  });

  test('evaluations fail one by one or all are throttled, on demand', async () => {
    const { sandbox } = await open({ scenario: identityScenario });
    const put = (Evaluations: readonly Json[], more: Json = {}) =>
      caller(sandbox.endpoint)('PutEvaluations', { ResultToken: 'rule/1', Evaluations, ...more });
    sandbox.faults.add('failed-evaluation:b');
    const both = [evaluation('a'), evaluation('b')];
    expect((await put(both)).body.FailedEvaluations).toEqual([both[1]]);
    expect((await put(both)).body.FailedEvaluations).toEqual([]);
    expect(sandbox.evaluations().map(({ resourceId }) => resourceId)).toEqual(['a', 'b']);
    sandbox.faults.add('throttle:PutEvaluations');
    expect((await put(both)).body).toMatchObject({ __type: 'ThrottlingException' });
    await put([evaluation('not kept')], { TestMode: true });
    expect(sandbox.evaluations().length).toBe(2);
  });

  test.each([
    ['no result token', { ResultToken: '' }, 'ValidationException'],
    [
      '101 evaluations',
      { Evaluations: Array.from({ length: 101 }, () => evaluation('a')) },
      'ValidationException',
    ],
    [
      'a compliance that rules may not report',
      { Evaluations: [evaluation('a', 'INSUFFICIENT_DATA')] },
      'InvalidParameterValueException',
    ],
    [
      'an annotation of 257 characters',
      { Evaluations: [evaluation('a', 'COMPLIANT', { Annotation: 'x'.repeat(257) })] },
      'ValidationException',
    ],
  ])('%s is refused', async (_case, more, code) => {
    const { sandbox } = await open({ scenario: identityScenario });
    const { status, body } = await caller(sandbox.endpoint)('PutEvaluations', {
      ResultToken: 'rule/1',
      ...more,
    });
    expect([status, body.__type]).toEqual([400, code]);
    expect(sandbox.evaluations()).toEqual([]);
  });
});
