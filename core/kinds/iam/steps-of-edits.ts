import type { PrincipalName } from '../../identity/account-identities.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { attached, member } from '../../identity/identity-values.ts';
import { quarantinePolicy } from '../../identity/quarantine.ts';
import { type IamEdit, textResource } from './edit.ts';

/** A step, and the position of the edit that it belongs to. */
export interface StepOfEdit {
  readonly edit: number;
  readonly step: IdentityStep;
}

/** The steps of some edits in their order: grant before take, narrow before detach, detach before delete. */
export function stepsOf(edits: readonly IamEdit[]): readonly StepOfEdit[] {
  const phases = edits.map(phasesOf);
  return [0, 1, 2, 3].flatMap((phase) =>
    phases.flatMap((steps, edit) => (steps[phase] ?? []).map((step) => ({ edit, step }))),
  );
}

type Phases = readonly [grant: Steps, narrow: Steps, detach: Steps, remove: Steps];
type Steps = readonly IdentityStep[];

function phasesOf(edit: IamEdit): Phases {
  switch (edit.do) {
    case 'new-version':
    case 'edit-inline': {
      const resource = textResource(edit.source);
      return [[], [{ resource, before: edit.source.text, after: edit.after }], [], []];
    }
    case 'detach':
      return [[], [], [detached(edit.source.arn, edit.from)], []];
    case 'leave-group': {
      const resource = { type: 'membership', user: edit.user, group: edit.group } as const;
      return [[], [], [{ resource, before: member, after: null }], []];
    }
    case 'delete-policy': {
      const { arn, text } = edit.source;
      const resource = { type: 'managed-policy', arn: arn ?? '' } as const;
      return [
        [],
        [],
        edit.from.map((from) => detached(arn, from)),
        [{ resource, before: text, after: null }],
      ];
    }
    case 'replace-by-copy': {
      const copy = { type: 'managed-policy', arn: edit.copyArn } as const;
      const attach = edit.for.map((bearer): IdentityStep => {
        const resource = { type: 'policy-attachment', principal: bearer, policyArn: edit.copyArn } as const;
        return { resource, before: null, after: attached };
      });
      const granted = [{ resource: copy, before: null, after: edit.after }, ...attach];
      return [granted, [], edit.for.map((from) => detached(edit.source.arn, from)), []];
    }
    case 'deny-all': {
      const principal = { type: 'role', name: edit.role } as const;
      const resource = { type: 'inline-policy', principal, name: quarantinePolicy.name } as const;
      return [[], [{ resource, before: null, after: edit.after }], [], []];
    }
  }
}

function detached(policyArn: string | null, principal: PrincipalName): IdentityStep {
  const resource = { type: 'policy-attachment', principal, policyArn: policyArn ?? '' } as const;
  return { resource, before: attached, after: null };
}
