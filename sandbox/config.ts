import type { Callers } from './callers.ts';
import type { FaultBox } from './faults.ts';
import type { IamAccounts } from './iam/accounts.ts';
import { authorize } from './iam/authorize.ts';
import { type JsonBody, JsonError, jsonInput, jsonService } from './json-protocol.ts';
import type { SandboxService, WireRequest } from './service.ts';

/** One evaluation that AWS Config took. */
export interface Evaluation {
  readonly accountId: string;
  /** The rule: what stands before the first `/` of the result token. */
  readonly rule: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly compliance: string;
  readonly annotation: string | null;
  /** Seconds since 1970, as sent. */
  readonly orderedAt: number;
  /** ISO time on the sandbox's clock. */
  readonly recordedAt: string;
}

/** AWS Config with a view of what rules have put. */
export interface ConfigService extends SandboxService {
  /** Evaluations in force: the latest of each resource and rule, in the order in which they came. */
  evaluations(): readonly Evaluation[];
}

const prefix = 'StarlingDoveService.';
const complianceTypes = ['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE'];
// AWS Config API reference, PutEvaluations and Evaluation.
const evaluationsPerCall = 100;
const annotationCharacters = 256;

const invalidValue = (message: string): JsonError => new JsonError('InvalidParameterValueException', message);
const validation = (message: string): JsonError => new JsonError('ValidationException', message);

const checkEvaluation = (item: JsonBody): void => {
  const annotation = item.Annotation;
  if (typeof item.ComplianceResourceType !== 'string' || typeof item.ComplianceResourceId !== 'string')
    throw validation('An evaluation needs ComplianceResourceType and ComplianceResourceId.');
  if (item.ComplianceResourceType.length > 256 || item.ComplianceResourceId.length > 768)
    throw validation('ComplianceResourceType or ComplianceResourceId is too long.');
  if (!complianceTypes.includes(String(item.ComplianceType)))
    throw invalidValue(`Invalid ComplianceType ${String(item.ComplianceType)}.`);
  if (
    annotation !== undefined &&
    (typeof annotation !== 'string' || annotation.length < 1 || annotation.length > annotationCharacters)
  )
    throw validation(`Annotation must have 1 to ${annotationCharacters} characters.`);
  if (typeof item.OrderingTimestamp !== 'number') throw validation('OrderingTimestamp must not be null.');
};

/** AWS Config (JSON 1.1): PutEvaluations and GetComplianceDetailsByConfigRule. Any rule is taken to exist. */
export const createConfig = (
  callers: Callers,
  accounts: IamAccounts,
  faults: FaultBox,
  now: () => Date,
): ConfigService => {
  const kept = new Map<string, Evaluation>();

  const put = (accountId: string, input: JsonBody): JsonBody => {
    const token = input.ResultToken;
    if (typeof token !== 'string' || token === '') throw validation('ResultToken must not be null.');
    const given = (input.Evaluations ?? []) as readonly JsonBody[];
    if (given.length > evaluationsPerCall)
      throw validation(`Evaluations must have at most ${evaluationsPerCall} items.`);
    given.forEach(checkEvaluation);
    const failed = given.filter(
      (item) =>
        faults.takeForJob('failed-evaluation', String(item.ComplianceResourceId)) !== null ||
        faults.takeForJob('failed-evaluation', '*') !== null,
    );
    if (input.TestMode === true) return { FailedEvaluations: [] };
    for (const item of given.filter((other) => !failed.includes(other))) {
      const evaluation: Evaluation = {
        accountId,
        rule: token.split('/')[0] ?? token,
        resourceType: String(item.ComplianceResourceType),
        resourceId: String(item.ComplianceResourceId),
        compliance: String(item.ComplianceType),
        annotation: typeof item.Annotation === 'string' ? item.Annotation : null,
        orderedAt: Number(item.OrderingTimestamp),
        recordedAt: now().toISOString(),
      };
      const key = [accountId, evaluation.rule, evaluation.resourceType, evaluation.resourceId].join(' ');
      // AWS keeps the evaluation with the latest ordering time.
      if ((kept.get(key)?.orderedAt ?? 0) <= evaluation.orderedAt) kept.set(key, evaluation);
    }
    return { FailedEvaluations: failed };
  };

  const details = (accountId: string, input: JsonBody): JsonBody => {
    const rule = input.ConfigRuleName;
    if (typeof rule !== 'string' || rule === '') throw validation('ConfigRuleName must not be null.');
    const wanted = input.ComplianceTypes as readonly string[] | undefined;
    const limit = Number(input.Limit ?? 10) || 100;
    if (limit < 0 || limit > 100) throw validation('Limit must be from 0 to 100.');
    const from = Number(input.NextToken ?? 0);
    if (!Number.isInteger(from))
      throw new JsonError('InvalidNextTokenException', 'The next token is not valid.');
    // NOT_APPLICABLE takes a resource off the rule's list; it shows only where it is asked for.
    const rows = [...kept.values()].filter(
      (item) =>
        item.accountId === accountId &&
        item.rule === rule &&
        (wanted === undefined || wanted.length === 0
          ? item.compliance !== 'NOT_APPLICABLE'
          : wanted.includes(item.compliance)),
    );
    const end = from + limit;
    return {
      EvaluationResults: rows.slice(from, end).map((item) => ({
        EvaluationResultIdentifier: {
          EvaluationResultQualifier: {
            ConfigRuleName: rule,
            ResourceType: item.resourceType,
            ResourceId: item.resourceId,
          },
          OrderingTimestamp: item.orderedAt,
        },
        ComplianceType: item.compliance,
        ResultRecordedTime: Date.parse(item.recordedAt) / 1000,
        ...(item.annotation === null ? {} : { Annotation: item.annotation }),
      })),
      ...(end < rows.length ? { NextToken: String(end) } : {}),
    };
  };

  const operations: Readonly<Record<string, (accountId: string, input: JsonBody) => JsonBody>> = {
    PutEvaluations: put,
    GetComplianceDetailsByConfigRule: details,
  };

  const answer = (request: WireRequest, name: string): JsonBody => {
    const operation = operations[name];
    if (operation === undefined) throw new JsonError('UnknownOperationException', `No operation ${name}`);
    if (request.accessKeyId === null)
      throw new JsonError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    const caller = callers.callerOf(request.accessKeyId);
    authorize(caller, accounts.of(caller.accountId), `config:${name}`, '*');
    return operation(caller.accountId, jsonInput(request));
  };

  return {
    ...jsonService({ service: 'config', prefix, answer }),
    evaluations: () => [...kept.values()],
  };
};
