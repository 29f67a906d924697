import type { Reason } from '../../base/result.ts';

/** Why a decision, a cancellation, a roll back or a link is refused. */
export type DecisionRefusalCode =
  | 'WRONG_FIELD'
  | 'MISSING_FIELD'
  | 'UNKNOWN_TOKEN'
  | 'OUT_OF_SCOPE'
  | 'HIGH_RISK'
  | 'OTHER_DIGEST'
  | 'ALREADY_DECIDED'
  | 'EXPIRED'
  | 'TOO_MANY'
  | 'NOT_NOW'
  | 'LATER_VERSION';

/** A refusal of a person's request; `field` names the form field to mend. */
export interface DecisionRefusal extends Reason {
  readonly code: DecisionRefusalCode;
  readonly field?: string;
}

/** Refuses a request that lacks a field. */
export function missingField(field: string, detail: string): DecisionRefusal {
  return { code: 'MISSING_FIELD', field, detail };
}

/** Refuses what a field of a request says. */
export function wrongField(field: string, detail: string): DecisionRefusal {
  return { code: 'WRONG_FIELD', field, detail };
}

/** The HTTP status of each refusal, the same on the link and the IAM route. */
export const refusalStatus: Readonly<Record<DecisionRefusalCode, 403 | 404 | 409 | 410 | 422 | 429>> = {
  WRONG_FIELD: 422,
  MISSING_FIELD: 422,
  UNKNOWN_TOKEN: 404,
  OUT_OF_SCOPE: 403,
  HIGH_RISK: 403,
  OTHER_DIGEST: 409,
  ALREADY_DECIDED: 409,
  EXPIRED: 410,
  TOO_MANY: 429,
  NOT_NOW: 409,
  LATER_VERSION: 409,
};
