import type { ActionCatalogue } from '../../identity/action-use.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { quarantinePolicy } from '../../identity/quarantine.ts';
import type { IdentitySubject } from '../../proof/identity/subject.ts';
import type { IamDraft } from './draft.ts';

/** What is known beside the edit: an account as it stands, its reports, and what decides whom nobody touches. */
export interface ProofGround
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
  > {
  readonly catalogue: ActionCatalogue;
}

/** All that the proof of an edit may see. */
export function subjectToProve(
  { actions, services, steps }: Pick<IamDraft, 'actions' | 'services' | 'steps'>,
  ground: ProofGround,
): IdentitySubject {
  const { account, asOf, care, catalogue, configuration, controls, cutOff } = ground;
  const { grantedSince, place, readAt, reports, thresholdDays } = ground;
  const { knownActions } = catalogue;
  const inPart = new Set(actions.map(namespaceOf));
  const wholeServices = services
    .filter((namespace) => !inPart.has(namespace))
    .flatMap((namespace) => (knownActions.get(namespace) ?? []).map((name) => `${namespace}:${name}`));
  return {
    ...{ account, asOf, care, configuration, controls, cutOff, grantedSince, place, readAt, reports },
    ...{ knownActions, steps, thresholdDays },
    services: [...new Set([...services, ...actions.map(namespaceOf)])].sort(),
    actions: actions.length === 0 ? null : [...actions, ...wholeServices],
    intent: steps.every(isQuarantine) ? 'quarantine' : 'narrow',
  };
}

function isQuarantine({ after, resource }: IdentityStep): boolean {
  return resource.type === 'inline-policy' && after === quarantinePolicy.text;
}

function namespaceOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}
