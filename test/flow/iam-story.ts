import { wireIdentities } from '../../adapters/wire-identities.ts';
import { checksToAccept } from '../../core/change/content/acceptance.ts';
import { changeStatuses } from '../../core/change/life/state.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import type { IdentityEvent } from '../../core/review/identities/identity-event.ts';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import { readOrganizationContext } from '../../flow/identities/account-context.ts';
import {
  type PublishedIdentities,
  reviewAndPublishAccount,
} from '../../flow/identities/publish-identities.ts';
import { readIdentityEvent } from '../../flow/identities/review-account.ts';
import { newReviewId } from '../../flow/review.ts';
import { anaSession, approvalOf, benUser } from './ports.ts';
import { openStory, type Story, type StoryOptions } from './story.ts';

/** A story of one account's IAM on the wire. */
export interface IamStory extends Story {
  readonly accountId: string;
  /** Reviews by these ports, or the story's, and publishes what is new. */
  reviewIdentities(event: IdentityEvent, changes?: Partial<ApplyPorts>): Promise<PublishedIdentities>;
  /** The id of the one open or ended change with this title. */
  idOf(title: string): Promise<string>;
  /** Approves as often as the change needs, and accepts what is not proven. */
  approveFully(id: string): Promise<StoredChange>;
  /** Who has which access, as the sandbox itself stores it. */
  access(): Promise<unknown>;
}

/** Opens a story of a scenario with identities; the account is the management account unless another is named. */
export async function openIamStory(
  options: StoryOptions & Required<Pick<StoryOptions, 'scenario'>> & { readonly accountId?: string },
): Promise<IamStory> {
  const story = await openStory(options);
  const { accountId = '111111111111' } = options;
  const { configuration, ports } = story;
  const { sessions } = wireIdentities(configuration.memberRoles);
  return {
    ...story,
    accountId,
    reviewIdentities: async (input, changes = {}) => {
      const now = ports.clock.now();
      const event = readIdentityEvent(input, configuration, now);
      const of = event.accountId ?? accountId;
      const published = await reviewAndPublishAccount({ ...ports, sessions, ...changes }, of, event, {
        configuration,
        organization: await readOrganizationContext(ports.organization),
        reviewId: newReviewId(now),
        startedBy: { type: 'schedule' },
      });
      if (published.status === 'unreachable') throw new Error(published.message);
      return published;
    },
    idOf: async (title) => {
      const titles: string[] = [];
      for (const { id } of await ports.stores.changes.listByStatus(changeStatuses)) {
        const told = (await story.load(id)).record.content.identity?.title ?? 'no title';
        if (told === title) return id;
        titles.push(told);
      }
      throw new Error(`no change is called ${title}, but ${titles.join('; ')}`);
    },
    approveFully: async (id) => {
      for (const principalArn of [anaSession, benUser]) {
        const { record } = await story.load(id);
        if (record.state.status !== 'proposed') break;
        const accept = checksToAccept(record.content, configuration.requireProven);
        const approval = { ...approvalOf(await story.load(id)), accept };
        const { refusals } = await story.ask(id, { principalArn }, approval);
        if (refusals.length > 0) throw new Error(refusals.map(({ detail }) => detail).join('; '));
      }
      return story.load(id);
    },
    access: async () => {
      const answer = await fetch(`${story.sandbox.endpoint}/_sandbox/iam/${accountId}`);
      return ((await answer.json()) as { readonly access: unknown }).access;
    },
  };
}
