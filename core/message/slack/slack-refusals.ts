import type { Configuration } from '../../base/configuration.ts';
import { coversTargets } from '../../change/deciding/scope.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { DecisionRefusal } from '../../change/links/refusal.ts';
import type { ChangeView } from '../views/change-view.ts';
import { riskWords } from '../words/risk-words.ts';
import { namesOf } from '../words/words.ts';
import { type SlackView, sayingView } from './modal-kit.ts';

/** So many of those who can decide are named. */
const mostNamed = 10;

/** What somebody is told who is no configured approver: who can decide, and nothing of the change. */
export function notAnApprover(record: ChangeRecord, { approvers }: Configuration): SlackView {
  const targetIds = record.content.targets.map(({ id }) => id);
  const names = approvers
    .filter((approver) => coversTargets(approver, targetIds, record.targetPaths))
    .map(({ name }) => name);
  const who =
    names.length === 0
      ? 'No approver may decide on it at all: tell those who run this.'
      : `Who can: ${namesOf(names, mostNamed)}.`;
  return sayingView('Not yours to decide', [
    'Nothing was recorded. This change is decided by configured approvers, and your Slack user is none of theirs.',
    who,
  ]);
}

/** Where a change of high risk is decided, and how one gets there. */
export function decidedElsewhere(view: ChangeView, { page }: Pick<Configuration, 'page'>): SlackView {
  const command = `npx --no -- oar changes show ${view.id}`;
  const ways =
    page !== 'none'
      ? [
          'Your personal link to the page is in the mail, or the message of the bot, that asked you to decide; the next reminder has a fresh one.',
          `With AWS credentials of your own, in a checkout of this reviewer: ${command}`,
        ]
      : [`Decide with AWS credentials of your own, in a checkout of this reviewer: ${command}`];
  return sayingView('Decided elsewhere', [
    `Nothing was recorded. A change of high risk is not decided in Slack: ${view.headline}.`,
    `Risk ${riskWords(view, view.risk.level)}.`,
    ...ways,
  ]);
}

/** Why nothing was recorded, and how the change stands now. `read`: the revision that was read, where it may be another one. */
export function refusedInSlack(
  refusals: readonly DecisionRefusal[],
  view: ChangeView,
  read: number = view.revision,
): SlackView {
  const another =
    read === view.revision
      ? []
      : [
          `You read revision ${read}; revision ${view.revision} took its place. Press Review again to read it.`,
        ];
  return sayingView('Nothing was recorded', [
    `Nothing was recorded: ${refusals.map(({ detail }) => detail).join('; ')}.`,
    ...another,
    view.statusSentence,
  ]);
}
