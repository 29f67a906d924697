import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import { isSameValue } from '../../change/content/resource-types.ts';
import { undoSteps } from '../../change/content/undo-steps.ts';
import type { ChangeEvent, Failure } from '../../change/life/events.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { accountAfter } from '../../identity/account-after.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { principalsTouched, valueIn } from '../../identity/identity-values.ts';
import { comesBack } from './comes-back.ts';
import { newcomersAmong } from './newcomers.ts';

/** What was read right before a roll back. */
export interface RollBackAgain {
  readonly account: AccountIdentities;
  /** The text in force of the policies that come back, by ARN; null: there is none. */
  readonly texts: ReadonlyMap<string, string | null>;
}

/**
 * Why a roll back may not be carried out yet, or null. It would give more than people were shown: to whoever came to
 * bear or belong since, or by a policy, group or role that grants something else by now. That is high risk: once it is
 * named, so many different people as `needed` must ask for the roll back.
 */
export function givesMore(
  record: ChangeRecord,
  { account, texts }: RollBackAgain,
  needed: number,
): Failure | null {
  const newcomers = newcomersIn(record, account);
  const renewed = renewedIn(record, account, texts);
  const named = [
    ...newcomers.map(({ arn }) => arn),
    ...renewed.map(({ arn, hash }) => `${arn}@${hash}`),
  ].sort();
  if (named.length === 0) return null;
  const asked = askedKnowing(record.history, named);
  if (asked >= needed) return null;
  const sentences = [
    ...(newcomers.length === 0
      ? []
      : [
          `${newcomers.map(({ name, type }) => `${type} ${name}`).join(', ')} came since and would get access by it`,
        ]),
    ...renewed.map(({ arn }) => `what ${arn} grants was changed since, and would come back with it`),
  ];
  const people = needed === 1 ? '1 person' : `${needed} people`;
  const detail = `nobody was shown what this roll back would give: ${sentences.join('; ')}. It takes ${people} who ask for it knowing that (${asked} did), or put it back by hand`;
  return { code: 'ROLL_BACK_WIDENS', detail, named };
}

/** Users and roles that would get something back that they never lost, also where they bear the name of somebody who did and was deleted. */
function newcomersIn({ content }: ChangeRecord, account: AccountIdentities) {
  const steps = undoSteps(stepsLeft(content, account)).filter(({ after }) => after !== null);
  return newcomersAmong(principalsTouched(account, steps), content);
}

/** The steps that a roll back has still to undo: what somebody put back by hand gives nothing more. */
function stepsLeft(content: ChangeRecord['content'], account: AccountIdentities): readonly IdentityStep[] {
  return identityStepsOf(content).filter(({ before, resource }) => valueIn(account, resource) !== before);
}

/** What comes back and grants something else by now: compared as the account would be after the roll back. */
function renewedIn({ content }: ChangeRecord, account: AccountIdentities, texts: RollBackAgain['texts']) {
  // What somebody edited since keeps his edit, so it is what comes back.
  const asLeft = identityStepsOf(content).filter(({ after, resource }) =>
    isSameValue(resource, valueIn(account, resource), after),
  );
  const back = accountAfter(account, undoSteps(asLeft));
  const now = comesBack(stepsLeft(content, account), back, texts);
  const was = identityPartOf(content).comesBack;
  // A group that was deleted and made again at another path has the name that is joined, but another ARN.
  return Object.entries(now).flatMap(([arn, hash]) => (hash === was[arn] ? [] : [{ arn, hash }]));
}

/** Whether so many people as `needed` asked for the roll back after what a policy grants by now was named to them. */
export function wasNamed({ history }: ChangeRecord, named: string, needed: number): boolean {
  return askedKnowing(history, [named]) >= needed;
}

/** How many people asked for the roll back after all of this was named to them. */
function askedKnowing(history: readonly ChangeEvent[], named: readonly string[]): number {
  const applied = history.findLastIndex(({ type }) => type === 'applied');
  const since = history.slice(applied + 1);
  const told = since.findIndex(
    (event) =>
      event.type === 'roll-back-failed' && named.every((each) => event.failure.named?.includes(each)),
  );
  if (told === -1) return 0;
  const asking = since
    .slice(told)
    .flatMap((event) => (event.type === 'roll-back-requested' ? [event.approverId] : []));
  return new Set(asking).size;
}
