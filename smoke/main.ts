import '../scripts/node-notice.cjs';
import { writeFile } from 'node:fs/promises';
import { configurationOf } from '../cli/configuration.ts';
import packageFile from '../package.json' with { type: 'json' };
import { createAnonymizer } from './anonymous.ts';
import { notTried } from './not-tried.ts';
import { readSmokeOptions, type SmokeOptions, smokeUsage } from './options.ts';
import type { Seen } from './points.ts';
import { createRecorder } from './recorder.ts';
import { setStage } from './stage.ts';
import { cleanUp, playStory, type Telling } from './story.ts';

/** One step of the test as it went. */
interface StepTold {
  readonly name: string;
  readonly seconds: number;
  /** Why it failed, or null. */
  readonly failure: string | null;
}

/** Runs the test and writes what AWS answered. Answers the exit code. */
async function main(asked: SmokeOptions): Promise<number> {
  if (asked.profile !== null) process.env.AWS_PROFILE = asked.profile;
  const startedAt = new Date().toISOString();
  const recorder = createRecorder(asked.ouId);
  const steps: StepTold[] = [];
  const points: Seen[] = [];
  let doctor: object | null = null;
  const telling: Telling = {
    reuseMilliseconds: asked.reuseSeconds * 1000,
    step: async (name, run) => {
      const began = Date.now();
      const told = (failure: string | null): void => {
        const seconds = Math.round((Date.now() - began) / 100) / 10;
        steps.push({ name, seconds, failure });
        say(
          `${failure === null ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)${failure === null ? '' : `: ${failure}`}`,
        );
      };
      try {
        const value = await run();
        told(null);
        return value;
      } catch (error) {
        told(messageOf(error));
        throw error;
      }
    },
    doctor: (answer) => {
      doctor = answer;
    },
    seen: (some) => {
      points.push(...some);
      for (const { assumed, name, seen, verdict } of some)
        say(`        ${verdict}: ${name}${addedTo(verdict, seen, assumed)}`);
    },
  };
  const stage = await telling.step('ask AWS who calls', async () =>
    setStage(recorder, await configurationOf(asked.config)),
  );
  try {
    await playStory(stage, asked, telling).catch(() => undefined);
    const left = await telling.step('delete the SCPs of the test', () => cleanUp(stage, recorder));
    if (left.length > 0) say(`LEFT  these SCPs could not be deleted: ${left.join(', ')}`);
    const failed = steps.some(({ failure }) => failure !== null) || left.length > 0;
    const differing = points.filter(({ verdict }) => verdict === 'differs').length;
    const { calls } = recorder;
    const anonymizer = createAnonymizer();
    const told = anonymizer.of({ calls, steps, doctor, points, notTried }) as object;
    const file = { format: 1, product: packageFile.version, startedAt, ...told };
    await writeFile(asked.out, `${JSON.stringify(file, null, 2)}\n`);
    say('\nonly a first deployment tells:');
    for (const { because, name, seenBy } of notTried)
      say(`        not tried: ${name}: ${because}; seen by: ${seenBy}`);
    say(
      `\n${points.length} points seen, ${differing} differ; ${calls.length} calls are in ${asked.out}, ids and names replaced`,
    );
    return failed || differing > 0 ? 1 : 0;
  } finally {
    await stage.close();
  }
}

function addedTo(verdict: Seen['verdict'], seen: string, assumed: string): string {
  if (verdict === 'as assumed') return '';
  return verdict === 'differs' ? `: ${seen}, not ${assumed}` : `: ${seen}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function optionsOrExit(argv: readonly string[]): SmokeOptions {
  try {
    const options = readSmokeOptions(argv);
    if (options !== 'help') return options;
    process.stdout.write(`${smokeUsage}\n`);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${smokeUsage}\n`);
    process.exit(2);
  }
}

try {
  process.exitCode = await main(optionsOrExit(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
// Sockets that the SDK keeps alive must not keep the test alive.
process.exit();
