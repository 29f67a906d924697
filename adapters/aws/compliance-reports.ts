import {
  type Evaluation as ConfigEvaluation,
  type ConfigServiceClient,
  GetComplianceDetailsByConfigRuleCommand,
  PutEvaluationsCommand,
} from '@aws-sdk/client-config-service';
import { complianceLimits } from '../../core/base/limits.ts';
import type { ComplianceReports, Evaluation } from '../identity-ports.ts';
import type { Clock } from '../ports.ts';
import { readPages } from './pages.ts';
import { refusing } from './refusal.ts';

/** Evaluations that Config does not take are sent so many times in all; the wait before each further time doubles, in milliseconds. */
const attempts = 4;
const firstWait = 500;

/** Tells AWS Config what a rule found. */
export function createComplianceReports(client: ConfigServiceClient, clock: Clock): ComplianceReports {
  return {
    put: (evaluations, resultToken) => put(client, clock, evaluations, resultToken),
    evaluatedIds: (ruleName) => evaluatedIds(client, ruleName),
  };
}

async function put(
  client: ConfigServiceClient,
  clock: Clock,
  evaluations: readonly Evaluation[],
  resultToken: string,
): Promise<readonly Evaluation[]> {
  const refused: Evaluation[] = [];
  for (let start = 0; start < evaluations.length; start += complianceLimits.evaluations) {
    let batch: readonly Evaluation[] = evaluations.slice(start, start + complianceLimits.evaluations);
    for (let attempt = 1; batch.length > 0 && attempt <= attempts; attempt += 1) {
      if (attempt > 1) await clock.wait(firstWait * 2 ** (attempt - 2));
      batch = await putBatch(client, batch, resultToken);
    }
    refused.push(...batch);
  }
  return refused;
}

/** Sends one batch and answers those of it that Config did not take: it says so in an answer of status 200. */
async function putBatch(
  client: ConfigServiceClient,
  batch: readonly Evaluation[],
  resultToken: string,
): Promise<readonly Evaluation[]> {
  const input = { Evaluations: batch.map(toConfig), ResultToken: resultToken };
  const { FailedEvaluations } = await refusing('PutEvaluations', () =>
    client.send(new PutEvaluationsCommand(input)),
  );
  const failed = new Set((FailedEvaluations ?? []).map(({ ComplianceResourceId }) => ComplianceResourceId));
  return batch.filter(({ resourceId }) => failed.has(resourceId));
}

function toConfig(evaluation: Evaluation): ConfigEvaluation {
  const { annotation, compliance, orderedAt, resourceId, resourceType } = evaluation;
  return {
    ComplianceResourceType: resourceType,
    ComplianceResourceId: resourceId,
    ComplianceType: compliance,
    ...(annotation === null ? {} : { Annotation: annotation }),
    OrderingTimestamp: new Date(orderedAt),
  };
}

async function* evaluatedIds(
  client: ConfigServiceClient,
  ruleName: string,
): AsyncGenerator<readonly string[]> {
  const pages = readPages('GetComplianceDetailsByConfigRule', async (token) => {
    const page = await client.send(
      new GetComplianceDetailsByConfigRuleCommand({
        ConfigRuleName: ruleName,
        // What was told to be gone need not be told again.
        ComplianceTypes: ['COMPLIANT', 'NON_COMPLIANT'],
        Limit: complianceLimits.pageItems,
        NextToken: token,
      }),
    );
    return { items: page.EvaluationResults, nextToken: page.NextToken };
  });
  for await (const results of pages) {
    const ids = results.flatMap(
      ({ EvaluationResultIdentifier }) =>
        EvaluationResultIdentifier?.EvaluationResultQualifier?.ResourceId ?? [],
    );
    if (ids.length > 0) yield ids;
  }
}
