import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DetachPolicyCommand,
  ListTargetsForPolicyCommand,
} from '@aws-sdk/client-organizations';
import { runCommand } from '../cli/main.ts';
import type { ChangeContent } from '../core/change/content/change.ts';
import { buildTree, type Entity, entityOf } from '../core/organization/organization.ts';
import { ownMark } from '../core/policy/own-mark.ts';
import { applyDue } from '../flow/apply.ts';
import { proposeChanges } from '../flow/propose-changes.ts';
import { type ReviewRun, runReview, seenBy } from '../flow/review.ts';
import { type Denial, denialIn, unusedService } from './change.ts';
import type { SmokeOptions } from './options.ts';
import { lookAt, type Seen } from './points.ts';
import { policyPoints } from './policy-points.ts';
import type { Recorder } from './recorder.ts';
import { reportPoints } from './report-points.ts';
import { servicePoints } from './service-points.ts';
import type { Stage } from './stage.ts';

/** How the story is told, and how patient it is. */
export interface Telling {
  /** Runs one step, and says how it went. Rethrows what the step throws. */
  step<Value>(name: string, run: () => Promise<Value>): Promise<Value>;
  /** Told of what `oar doctor` found, as it answers with `--format json`. */
  doctor(answer: object): void;
  /** Told of every point as it was seen. */
  seen(points: readonly Seen[]): void;
  /** How long AWS hands out the same report job again, in milliseconds. */
  readonly reuseMilliseconds: number;
}

/** The SCP that the test made for itself. */
interface OwnPolicy {
  readonly id: string;
  readonly name: string;
  /** As it was sent, and from the first look on as AWS keeps it. */
  readonly text: string;
}

/** Nothing has to be deployed. */
const lookAround = ['doctor', '--no-stack', '--only', 'caller,clock,scps,own-reads', '--format', 'json'];

/** How long a change may take from the approval to the end, in milliseconds: its reports are made anew. */
const mostMilliseconds = 5 * 60_000;

/** The whole test, step by step. Throws at the first step that fails; what was made until then is left to `cleanUp`. */
export async function playStory(stage: Stage, asked: SmokeOptions, telling: Telling): Promise<void> {
  const { step } = telling;
  const { clock, organization } = stage.ports;
  await step('look around with oar doctor', async () => telling.doctor(JSON.parse(await runOar(lookAround))));
  const { ou, rootPath } = await step('read the organization', async () => {
    const tree = buildTree(await organization.readTree());
    if (!tree.entities.has(asked.ouId)) throw new Error(`${asked.ouId} is no OU of this organization`);
    return { ou: mayBeUsed(entityOf(tree, asked.ouId), asked), rootPath: `${tree.id}/${tree.rootId}` };
  });
  const { iam, organizations } = stage;
  const { reuseMilliseconds } = telling;
  const reports = { iam, organizations, clock, rootPath, ouPath: ou.path, reuseMilliseconds };
  telling.seen(await step('ask for access reports', () => lookAt(reportPoints, reports)));
  telling.seen(await step('ask what a stack will need', () => lookAt(servicePoints, stage.services)));
  const made = await step('make an SCP and attach it to the OU', () => makePolicy(stage, ou));
  const policy = { organizations, ouId: ou.id, policyId: made.id, name: made.name, text: made.text };
  telling.seen(await step('see how AWS keeps SCPs', () => lookAt(policyPoints, policy)));
  const own = { ...made, text: await stage.ports.writer.readPolicyText(made.id) };

  const run = await step('review the OU', () =>
    runReview(stage.ports, { scope: ou.id, depth: 'ou' }, stage.configuration),
  );
  const denial = await step('choose a service that nobody used', () => denialOf(stage, run, ou));
  for (const [what, edited] of [
    ['a change of this SCP', own],
    ['a change that makes a new SCP', null],
  ] as const) {
    const content = denialIn(edited, `${own.name}-new`, denial);
    await step(`propose ${what}`, () => propose(stage, run, content));
    await step('approve it, signed', () => approve(content));
    await step('apply it', () => waitFor(stage, content.id, 'applied'));
    await step('roll it back', async () => {
      await runOar(['changes', 'roll-back', content.id, '--reason', 'the smoke test takes everything back']);
      await waitFor(stage, content.id, 'rolled-back');
    });
    await step('read back what stands', () => checkUndone(stage, own));
  }
}

/** Detaches and deletes whatever SCPs of the test are left; answers the ids of those that stay. */
export async function cleanUp({ organizations }: Stage, { made }: Recorder): Promise<readonly string[]> {
  const left: string[] = [];
  for (const PolicyId of made) {
    try {
      const { Targets = [] } = await organizations.send(new ListTargetsForPolicyCommand({ PolicyId }));
      for (const { TargetId } of Targets)
        await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
      await organizations.send(new DeletePolicyCommand({ PolicyId }));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PolicyNotFoundException') left.push(PolicyId);
    }
  }
  return left;
}

function mayBeUsed(ou: Entity, { withAccounts }: SmokeOptions): Entity {
  if (ou.type !== 'ou') throw new Error(`${ou.id} is no OU`);
  const accounts = ou.endAccount - ou.firstAccount;
  if (accounts > 0 && !withAccounts)
    throw new Error(`${ou.id} has accounts (${accounts}): give an empty OU, or --with-accounts`);
  return ou;
}

async function makePolicy({ organizations }: Stage, ou: Entity): Promise<OwnPolicy> {
  const name = `oar-smoke-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`;
  // It denies nothing that exists, and has white space that AWS must keep.
  const text = JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [{ Sid: 'SmokeTest', Effect: 'Deny', Action: 'a4b:RegisterAVSDevice', Resource: '*' }],
    },
    null,
    2,
  );
  const { Policy } = await organizations.send(
    new CreatePolicyCommand({
      ...{ Name: name, Content: text, Type: 'SERVICE_CONTROL_POLICY' },
      Description: 'Smoke test; may be deleted.',
      Tags: [{ Key: ownMark.key, Value: ownMark.value }],
    }),
  );
  const id = Policy?.PolicySummary?.Id ?? '';
  await organizations.send(new AttachPolicyCommand({ PolicyId: id, TargetId: ou.id }));
  return { id, name, text };
}

async function denialOf({ ports }: Stage, run: ReviewRun, ou: Entity): Promise<Denial> {
  const report = await ports.reports.report(ou);
  if (report.status !== 'completed') throw new Error(`no report of ${ou.id}: ${report.failure.message}`);
  const service = unusedService({ run, report, ou });
  if (service === null)
    throw new Error(`every service at ${ou.id} was used or is protected: give another OU`);
  return { run, report, ou, service };
}

async function propose(
  { configuration, ports }: Stage,
  run: ReviewRun,
  content: ChangeContent,
): Promise<void> {
  const { changed } = await proposeChanges(ports, {
    ...{ tree: run.facts.tree, changes: [content], configuration },
    // Nobody else is there to approve what the test proposes.
    ...{ starter: { type: 'schedule' }, seen: seenBy(run, ports.clock.now()), closed: () => null },
  });
  if (!changed.includes(content.id)) throw new Error(`${content.id} was not proposed`);
}

async function approve({ confirm, digest, id }: ChangeContent): Promise<void> {
  await runOar(['changes', 'approve', id, '--digest', digest, '--confirm', confirm]);
}

/** What a person types, with the page of this machine: requests are signed with the credentials of the test. Answers what was written. */
async function runOar(args: readonly string[]): Promise<string> {
  let written = '';
  let noted = '';
  const terminal = {
    ...{ look: { columns: 100, colour: false }, wantsProgress: false },
    write: (text: string) => {
      written += text;
    },
    note: (text: string) => {
      noted += text;
    },
  };
  const code = await runCommand(args, terminal);
  if (code !== 0) throw new Error(`oar ${args.slice(0, 2).join(' ')}: ${`${noted}${written}`.trim()}`);
  return written;
}

/** Runs what the schedule runs every minute until the change has come so far. */
async function waitFor(
  { configuration, ports }: Stage,
  id: string,
  status: 'applied' | 'rolled-back',
): Promise<void> {
  const { clock, stores } = ports;
  const giveUpAt = clock.now() + mostMilliseconds;
  while (clock.now() < giveUpAt) {
    await applyDue({ ...ports, configuration });
    const state = (await stores.changes.load(id))?.record.state;
    if (state?.status === status) return;
    const isUnderWay = ['approved', 'applying', 'applied', 'rolling-back'].includes(state?.status ?? '');
    if (!isUnderWay) throw new Error(`${id} is ${state?.status}: ${JSON.stringify(state)}`);
    await clock.wait(1_000);
  }
  throw new Error(`${id} was not ${status} after ${mostMilliseconds / 60_000} minutes`);
}

async function checkUndone({ ports }: Stage, { id, name, text }: OwnPolicy): Promise<void> {
  const stands = await ports.writer.readPolicyText(id);
  if (stands !== text) throw new Error(`${id} has another text than before: ${stands}`);
  const policies = await ports.organization.readPolicies();
  const created = policies.find((policy) => policy.name === `${name}-new`);
  if (created) throw new Error(`${created.id} is still there`);
}
