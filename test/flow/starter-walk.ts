import type { Configuration } from '../../core/base/configuration.ts';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { editOf } from '../../core/change/content/edit.ts';
import type { StartedBy } from '../../core/change/life/starter.ts';
import { applyDue } from '../../flow/apply.ts';
import { recordRequest } from '../../flow/decide.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { record } from '../../flow/record.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import {
  baseText,
  development,
  developmentAndElsewhere,
  developmentPolicy,
  elsewhere,
} from './organization.ts';
import { storyConfiguration } from './ports.ts';
import { openStory, type Story } from './story.ts';

/** Three people: each signs with credentials of his own, whatever the configuration calls him. */
export type Human = 'ana' | 'bob' | 'carol';
const humans: readonly Human[] = ['ana', 'bob', 'carol'];
const arnOf = (human: Human): string => `arn:aws:iam::111111111111:user/${human}`;

/** What the model remembers of a proposal: who had it made, and what it was about. */
interface Proposed {
  readonly by: Human | null;
  readonly at: number;
  readonly policyId: string | null;
  readonly services: readonly string[];
  readonly accountIds: readonly string[];
}

/** What a walk came to. */
export interface Walked {
  readonly applied: number;
  /** Approvals by a single starter that were not enough. */
  readonly heldBack: number;
  /** Changes applied on the word of starters alone, two or more of them. */
  readonly byStarters: number;
  /** Changes applied on the word of one starter alone, with the steps that led there: there must be none. */
  readonly broken: readonly string[];
}

const day = 86_400;
/** Both OUs of the small organization leave two services unused. */
const scenario: Scenario = JSON.parse(
  JSON.stringify(developmentAndElsewhere).replace('"lex":{"daysAgo":1}}', '"lex":{"daysAgo":300}}'),
);
const texts = new Map(
  (scenario.policies ?? []).map(({ content, id }) => [
    id,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]),
);
const editable = [developmentPolicy, 'p-elsewhere0'] as const;
const scopes = [development, elsewhere, 'r-ex01'] as const;

/** Approvers by the id that they have and the person behind it. */
const configured = (people: Readonly<Record<string, Human>>): Configuration =>
  storyConfiguration({
    approvers: Object.entries(people).map(([id, human]) => ({
      ...{ id, name: id, email: `${human}@example.com`, principals: [arnOf(human)] },
    })),
    rejectionDays: 1,
  });
const configurations = [
  configured({ ana: 'ana', bob: 'bob', carol: 'carol' }),
  configured({ 'ana-2': 'ana', bob: 'bob', carol: 'carol' }),
  configured({ ana: 'bob', bob: 'ana', carol: 'carol' }),
  configured({ ana: 'ana', carol: 'carol' }),
  configured({ bob: 'bob', zed: 'carol' }),
];

/** Numbers that look random and are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Lets people and the product do random things with one organization, and looks after each write whether who started it approved it alone. */
export async function walk(seed: number, steps: number): Promise<Walked> {
  const story = await openStory({ scenario });
  try {
    return await walkThrough(story, randomOf(seed), steps);
  } finally {
    await story.close();
  }
}

async function walkThrough(story: Story, random: () => number, steps: number): Promise<Walked> {
  const { ports } = story;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const proposals: Proposed[] = [];
  const approvals = new Map<string, Set<Human>>();
  const said: string[] = [];
  const broken: string[] = [];
  const applied = new Set<string>();
  let [heldBack, byStarters] = [0, 0];
  let configuration = configurations[0] as Configuration;

  const recordsOf = async (...statuses: readonly ('proposed' | 'approved' | 'applied')[]) =>
    Promise.all(
      (await ports.stores.changes.listByStatus(statuses)).map(
        async ({ id }) => (await story.load(id)).record,
      ),
    );
  const aboutOf = (content: ChangeContent) => ({ ...content, policyId: editOf(content).policyId });
  const startersOf = (content: Omit<Proposed, 'by' | 'at'>, at: number): ReadonlySet<Human> => {
    const led = proposals.filter((other) => {
      if (other.at > at || other.by === null) return false;
      if (other.policyId !== null && other.policyId === content.policyId) return true;
      const common = (one: readonly string[], two: readonly string[]) =>
        one.some((item) => two.includes(item));
      return common(other.services, content.services) && common(other.accountIds, content.accountIds);
    });
    return new Set(led.flatMap(({ by }) => by ?? []));
  };

  const review = async (startedBy: StartedBy, by: Human | null): Promise<void> => {
    const scope = pick(scopes);
    const { run } = await reviewAndPublish(ports, { scope }, configuration, { startedBy });
    said.push(`review of ${scope}: ${startedBy.type} ${by}`);
    for (const { id } of run.decision.changes) {
      const now = (await story.load(id)).record;
      if (now.content.reviewId !== run.result.reviewId) continue;
      const { accountIds, services } = now.content;
      const { policyId } = editOf(now.content);
      proposals.push({ by, at: now.history.at(-1)?.at ?? 0, accountIds, policyId, services });
    }
  };
  const decide = async (decision: string): Promise<void> => {
    const open = await recordsOf('proposed');
    if (open.length === 0) return;
    const { content, revision, history } = pick(open);
    const human = pick(humans);
    const days = 1 + Math.ceil(random() * 2);
    const outcome = await recordRequest(
      ports,
      content.id,
      { principalArn: arnOf(human) },
      {
        ...{ purpose: 'decide', decision, digest: content.digest, confirm: content.confirm, reason: 'so' },
        until: new Date(ports.clock.now() + days * day * 1000).toISOString(),
        services: [pick(content.services)],
      },
      configuration,
    );
    said.push(`${human} ${decision} ${content.id} r${revision}: ${outcome?.refusals[0]?.code ?? 'done'}`);
    if (decision !== 'approve' || !outcome || outcome.refusals.length > 0) return;
    const key = `${content.id} ${revision}`;
    const given = (approvals.get(key) ?? new Set<Human>()).add(human);
    approvals.set(key, given);
    const isHeld = outcome.change.record.state.status === 'proposed';
    if (isHeld && given.size === 1 && startersOf(aboutOf(content), history.at(-1)?.at ?? 0).has(human))
      heldBack += 1;
  };
  const apply = async (): Promise<void> => {
    const { reports } = await applyDue({ ...ports, configuration });
    for (const report of reports) {
      said.push(`apply ${report.id}: ${'status' in report ? report.status : report.waits}`);
      if (!('status' in report) || report.status !== 'applied') continue;
      const { content, history, revision } = (await story.load(report.id)).record;
      const key = `${report.id} ${revision}`;
      if (applied.has(key)) continue;
      applied.add(key);
      const made = history.findLast(({ type }) => type === 'proposed' || type === 'revised')?.at ?? 0;
      const starters = startersOf(aboutOf(content), made);
      const given = [...(approvals.get(key) ?? [])];
      const areStarters = given.every((human) => starters.has(human));
      if (given.length < 2 && areStarters) broken.push(`${key} by ${given}:\n${said.join('\n')}`);
      if (given.length >= 2 && areStarters) byStarters += 1;
    }
  };
  const cancelOrRollBack = async (status: 'approved' | 'applied'): Promise<void> => {
    const [one] = await recordsOf(status);
    if (!one) return;
    const purpose = status === 'approved' ? 'cancel' : 'roll-back';
    const asker = { principalArn: arnOf(pick(humans)) };
    await recordRequest(ports, one.id, asker, { purpose, reason: 'so' }, configuration);
    said.push(`${purpose} ${one.id}`);
  };
  const passTime = async (): Promise<void> => {
    story.advance(pick([3_600, day, 2 * day, 4 * day]));
    for (const { id, state } of await recordsOf('proposed')) {
      if (state.status !== 'proposed' || state.expiresAt > ports.clock.now()) continue;
      await record(ports, await story.load(id), { type: 'expired' });
      said.push(`${id} expired`);
    }
  };
  const edit = (): void => {
    const policyId = pick(editable);
    const before = policyId === developmentPolicy ? baseText : (texts.get(policyId) ?? '');
    story.edit(`${before}${' '.repeat(1 + Math.floor(random() * 4))}`, policyId);
    said.push(`edit ${policyId}`);
  };

  for (let step = 0; step < steps; step += 1) {
    const human = pick(humans);
    const what = random();
    if (what < 0.12) await review({ type: pick(['schedule', 'stale'] as const) }, null);
    else if (what < 0.22) await review({ type: 'principal', arn: arnOf(human) }, human);
    else if (what < 0.24) await review({ type: 'unknown' }, human);
    else if (what < 0.56) await decide('approve');
    else if (what < 0.66) await decide(pick(['snooze', 'exempt', 'reject']));
    else if (what < 0.8) await apply();
    else if (what < 0.88) edit();
    else if (what < 0.92) await cancelOrRollBack(pick(['approved', 'applied'] as const));
    else if (what < 0.97) await passTime();
    else {
      configuration = pick(configurations);
      said.push(`approvers are ${configuration.approvers.map(({ id }) => id)}`);
    }
  }
  return { applied: applied.size, heldBack, byStarters, broken };
}
