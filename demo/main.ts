import '../scripts/node-notice.cjs';
import { renderProgress } from '../cli/render/progress.ts';
import { renderReview } from '../cli/render/review.ts';
import type { StartedBy } from '../core/change/life/starter.ts';
import type { OnProgress } from '../flow/progress.ts';
import { createHandler } from '../handlers/approvals.ts';
import { startApiGateway } from '../sandbox/api-gateway.ts';
import { atAwsPace } from './aws-pace.ts';
import { startFunctions } from './functions.ts';
import { type DemoOptions, demoUsage, readDemoOptions, storyList } from './options.ts';
import { publishedLines } from './published.ts';
import { type Stage, setStage } from './stage.ts';
import { type IdentityStory, identityStories, type StoryName } from './stories.ts';
import { inOneGo, linksInInbox, playReview, requestsPlayed } from './story.ts';

async function main(options: DemoOptions): Promise<void> {
  const say = (text: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  const stage = await setStage(options);
  if (options.story !== undefined) return tellIdentityStory(stage, options.story, options, say);
  const gateway = await startApiGateway({
    port: options.port,
    handler: createHandler(stage.configuration),
    callerArnOf: stage.sandbox.arnOf,
  });
  say(`The sandbox plays an AWS organization at ${stage.sandbox.endpoint} (scenario ${options.scenario}).\n`);
  const onProgress: OnProgress = (progress) => {
    const line = renderProgress(progress);
    if (line !== null) say(line);
  };
  const runReview = options.pace === 'aws' ? atAwsPace(say) : inOneGo;
  const review = (startedBy: StartedBy) =>
    playReview(stage, options.scope, { onProgress, startedBy }, runReview);
  const onError = (error: unknown): void => void process.stderr.write(`${messageOf(error)}\n`);
  // The demo plays the schedule, so that whoever follows the story may approve alone.
  const result = await review({ type: 'schedule' });
  const rules = {
    stale: () => review({ type: 'stale' }),
    requested: requestsPlayed(stage, onProgress, onError, identityRequest),
  };
  const functions = startFunctions(stage.configuration, rules, onError);
  await functions.runOnce();
  const changes = linksInInbox(stage, result);
  if (options.json) {
    const { endpoint } = stage.sandbox;
    const { inboxUrl, pageUrl } = stage;
    process.stdout.write(`${JSON.stringify({ endpoint, pageUrl, inboxUrl, review: result, changes })}\n`);
  } else {
    say(
      `\n${renderReview(result, { columns: process.stdout.columns ?? 100, colour: process.stdout.hasColors?.() ?? false })}`,
    );
    say(publishedLines(stage, changes, !options.once).join('\n'));
  }
  if (!options.once) await untilInterrupted(say, options);
  await functions.stop();
  await gateway.close();
  await stage.sandbox.close();
}

/** A story of the IAM side: what is drafted of one account is proposed, and waits for a decision while the demo stays open. */
async function tellIdentityStory(
  stage: Stage,
  name: StoryName,
  options: DemoOptions,
  say: (text: string) => void,
): Promise<void> {
  // The Development OU's story starts without what IAM alone needs.
  const { endingLines, furtherLines, playIdentityStory, proposeIdentityStory } = await import(
    './identity-story.ts'
  );
  const story: IdentityStory = identityStories[name];
  const { configuration, inboxUrl, pageUrl, sandbox } = stage;
  const look = { columns: process.stdout.columns ?? 100, colour: process.stdout.hasColors?.() ?? false };
  const gateway = await startApiGateway({
    port: options.port,
    handler: createHandler(configuration),
    callerArnOf: sandbox.arnOf,
  });
  say(`The sandbox plays an AWS organization at ${sandbox.endpoint} (scenario ${story.scenario}).\n`);
  const review = await playIdentityStory(stage, story, say, look);
  const onError = (error: unknown): void => void process.stderr.write(`${messageOf(error)}\n`);
  const rules = {
    stale: async () => story.event && proposeIdentityStory(stage, story, say),
    requested: requestsPlayed(stage, () => {}, onError, identityRequest),
  };
  const functions = startFunctions(configuration, rules, onError);
  await functions.runOnce();
  const changes = review.kind === 'identities' ? linksInInbox(stage, review) : [];
  if (options.json) {
    const { endpoint } = sandbox;
    process.stdout.write(`${JSON.stringify({ endpoint, pageUrl, inboxUrl, review, changes })}\n`);
  } else if (story.event === null) say(`\n${endingLines(stage, story, !options.once).join('\n')}`);
  else {
    say(`\n${publishedLines(stage, changes, !options.once).join('\n')}`);
    if (!options.once) say(furtherLines(story).join('\n'));
  }
  if (!options.once) await untilInterrupted(say, options);
  await functions.stop();
  await gateway.close();
  await sandbox.close();
}

/** The Development OU's story loads what IAM alone needs where somebody asks for it. */
async function identityRequest(stage: Stage, requestId: unknown, invocationId: string): Promise<void> {
  const { playIdentityRequest } = await import('./identity-story.ts');
  await playIdentityRequest(stage, requestId, invocationId);
}

function untilInterrupted(say: (text: string) => void, options: DemoOptions): Promise<void> {
  if (!options.json) say('\nCtrl-C ends the demo.');
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

function optionsOrExit(argv: readonly string[]): DemoOptions {
  try {
    const options = readDemoOptions(argv);
    if (options !== 'help' && options !== 'list') return options;
    process.stdout.write(`${options === 'list' ? storyList() : demoUsage}\n`);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n${demoUsage}\n`);
    process.exit(2);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  await main(optionsOrExit(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
// A pipe that is slow to read must have all of it first.
await new Promise((resolve) => process.stdout.write('', resolve));
// Sockets that the SDK keeps alive must not keep the demo alive.
process.exit();
