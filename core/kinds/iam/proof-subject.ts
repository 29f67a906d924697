import type { ActionCatalogue } from '../../identity/action-use.ts';
import { roleStoppedBy } from '../../identity/quarantine.ts';
import type { IdentitySubject } from '../../proof/identity/subject.ts';
import type { IamDraft } from './draft.ts';

/** What is known beside the edit: an account as it stands, its reports, and what decides whom nobody touches. */
export interface ProofFacts
  extends Pick<
    IdentitySubject,
    | 'account'
    | 'place'
    | 'reports'
    | 'grantedSince'
    | 'configuration'
    | 'controls'
    | 'care'
    | 'cutOff'
    | 'thresholdDays'
    | 'asOf'
    | 'readAt'
    | 'regions'
    | 'simulated'
  > {
  readonly catalogue: ActionCatalogue;
}

/** All that the proof of an edit may see. */
export function subjectToProve(
  { actions, meant, services, steps }: Pick<IamDraft, 'actions' | 'meant' | 'services' | 'steps'>,
  facts: ProofFacts,
): IdentitySubject {
  const { account, asOf, care, catalogue, configuration, controls, cutOff } = facts;
  const { grantedSince, place, readAt, regions, reports, simulated, thresholdDays } = facts;
  return {
    account,
    asOf,
    care,
    configuration,
    controls,
    cutOff,
    grantedSince,
    place,
    readAt,
    reports,
    knownActions: catalogue.knownActions,
    steps,
    thresholdDays,
    services,
    actions,
    meant: meant ?? null,
    ...(regions && { regions }),
    ...(simulated && { simulated }),
    intent: steps.every((step) => roleStoppedBy(step) !== null) ? 'quarantine' : 'narrow',
  };
}
