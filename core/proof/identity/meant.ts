import { listAt } from '../../base/lists.ts';
import { rememberedFor } from '../../base/remembered.ts';
import { principalsTouched } from '../../identity/identity-values.ts';
import { namespaceOf } from './actions.ts';
import { effectOf, type Loss } from './losses.ts';
import type { IdentitySubject } from './subject.ts';

/** What the steps that touch one user or role are meant to take from him. */
export interface Meant {
  /** Namespaces of which everything may go; a list, because few are asked for. */
  readonly services: readonly string[];
  /** Namespaces of which the named actions may go. */
  readonly inPart: ReadonlySet<string>;
  /** The named actions, in lower case. */
  readonly actions: ReadonlySet<string>;
}

/** What the edit means to take from the principal of a loss. */
export function meantFor(subject: IdentitySubject, { principal }: Loss): Meant {
  return meantIn(subject)(principal.arn);
}

const meantIn = rememberedFor(meantByArn);

/** Whether the use of an action is told by its own row, and not by that of its service: it is named, or its service goes in part. */
export function isJudgedSingly(subject: IdentitySubject, loss: Loss, action: string): boolean {
  const { actions, inPart, services } = meantFor(subject, loss);
  if (actions.size === 0) return false;
  const namespace = namespaceOf(action);
  return actions.has(action.toLowerCase()) || (inPart.has(namespace) && !services.includes(namespace));
}

function meantByArn(subject: IdentitySubject): (arn: string) => Meant {
  const { account, meant, steps } = subject;
  if (meant === null) {
    const all = meantBy(subject.services, subject.actions);
    return () => all;
  }
  const { after } = effectOf(subject);
  const nothing = together([]);
  const byArn = new Map<string, (typeof meant)[number][]>();
  for (const each of meant) {
    const own = each.steps.flatMap((position) => steps[position] ?? []);
    const touched = [...principalsTouched(account, own), ...principalsTouched(after, own)];
    for (const arn of new Set(touched.map((principal) => principal.arn))) listAt(byArn, arn).push(each);
  }
  const sets = new Map([...byArn].map(([arn, losses]) => [arn, together(losses)]));
  return (arn) => sets.get(arn) ?? nothing;
}

function together(losses: readonly Pick<IdentitySubject, 'actions' | 'services'>[]): Meant {
  return meantBy(
    losses.flatMap(({ services }) => services),
    losses.flatMap(({ actions }) => actions),
  );
}

function meantBy(services: readonly string[], actions: readonly string[]): Meant {
  return {
    services,
    inPart: new Set(actions.map(namespaceOf)),
    actions: new Set(actions.map((action) => action.toLowerCase())),
  };
}
