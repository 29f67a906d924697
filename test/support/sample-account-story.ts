import { notify } from '../../flow/notify.ts';
import type { IamStory } from '../flow/iam-story.ts';
import { benUser } from '../flow/ports.ts';
import type { RawItem } from './raw-items.ts';
import { copyTitle, sampleReview } from './sample-account.ts';
import { down, type Keep, tellingOf } from './sample-stories.ts';

const isChange = ({ pk }: RawItem): boolean => String(pk).startsWith('CHANGE#');

/** Changes of one account's IAM, with every kind of step, from their proposal to their roll back, and what the review leaves behind. */
export async function playAccount(story: IamStory, keep: Keep): Promise<void> {
  const { changed, run } = await story.reviewIdentities(sampleReview, { bus: { put: down } });
  await keep('iam-review-and-outbox', (item) => !isChange(item));
  for (const id of changed) await notify(tellingOf(story), id);
  await keep('iam-proposed', isChange);
  const copy = run.decision.changes.find(({ identity }) => identity?.title === copyTitle)?.id ?? '';
  const onlyCopy = ({ pk }: RawItem): boolean => pk === `CHANGE#${copy}`;
  // What is approved first is applied first.
  for (const id of [copy, ...changed.filter((other) => other !== copy)]) await story.approveFully(id);
  await keep('iam-approved', isChange);
  let sent = 0;
  await story
    .apply({
      onPoint: (point) => {
        sent += point === 'sending-journalled' ? 1 : 0;
        if (sent === 2) throw new Error('the process ends here');
      },
    })
    .catch(() => undefined);
  await keep('iam-applying', onlyCopy);
  story.advance(90);
  await story.apply();
  await keep('iam-interrupted', onlyCopy);
  await story.ask(copy, { principalArn: benUser }, { purpose: 'resume', reason: 'it was not written' });
  await story.apply();
  for (const id of changed) await notify(tellingOf(story), id);
  await keep('iam-applied', isChange);
  await story.rollBack(copy);
  await keep('iam-rolling-back', onlyCopy);
  await story.apply();
  await keep('iam-rolled-back', onlyCopy);
}
