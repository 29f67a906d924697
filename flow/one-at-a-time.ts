import { randomBytes } from 'node:crypto';
import type { Clock } from '../adapters/ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { endedBefore, isHeld, leaseMilliseconds, mayGoOn, type ReviewLease } from '../core/review/running.ts';
import { fenced } from './fenced.ts';
import type { PublishPorts } from './publish.ts';

/** What a stored review begins with. */
export interface Beginning {
  /** The lease that it needs: `leaseKey`. */
  readonly key: string;
  /** What is reviewed: `reviewedWhat`. */
  readonly event: string;
  readonly invocationId: string;
  /** Its id, unless it goes on with what a run that stopped short was told. */
  readonly reviewId: string;
  /** What a run was told that began before this instant (epoch ms) is not used. */
  readonly notBefore?: number | undefined;
}

/** It did not begin, or lost its place: this review has the lease. */
export interface Running {
  readonly running: ReviewLease;
}

/**
 * Runs a stored review while it has the lease of its kind, or answers at once which review has it. The lease is renewed
 * while it runs, and looked at before everything that it writes or sends; after a crash it ends by itself. What a run of the
 * same was told that stopped short, or is not done by its answer, is used by the next one, which has its id then. One that
 * is not done keeps the lease for its next invocation, so that nobody comes in between.
 */
export async function oneAtATime<Ports extends PublishPorts & { readonly clock: Clock }, Answer>(
  ports: Ports,
  beginning: Beginning,
  configuration: Configuration,
  work: (ports: Ports, reviewId: string, begunAt: number) => Promise<Answer>,
  isDone: (answer: Answer) => boolean = () => true,
): Promise<Answer | Running> {
  const { event, invocationId, key, notBefore = 0, reviewId } = beginning;
  const { clock, stores } = ports;
  const { runs } = stores;
  const startedAt = clock.now();
  const token = randomBytes(8).toString('hex');
  let lease = {
    ...{ key, event, invocationId, reviewId, startedAt, token },
    expiresAt: startedAt + leaseMilliseconds,
  };
  const taking = await runs.take(lease, endedBefore(startedAt));
  if (!taking.taken) return { running: taking.holder };

  const renew = (): Promise<boolean> => runs.renew({ ...lease, expiresAt: clock.now() + leaseMilliseconds });
  let isLost = false;
  let isOver = true;
  const check = async (): Promise<void> => {
    isLost ||= !(await renew());
    if (isLost)
      throw new Error(`${lease.reviewId} was thought dead and lost its lease: it writes nothing more`);
  };
  const heartbeat = setInterval(() => void renew().catch(() => undefined), leaseMilliseconds / 4);
  heartbeat.unref();
  try {
    const last = await runs.lastRun(key, event);
    const stoppedShort = last !== null && last.endedAt === null && last.startedAt >= notBefore;
    const goesOn = stoppedShort && mayGoOn(last.startedAt, startedAt, configuration);
    const note = { ...(goesOn ? last : { reviewId, startedAt, endedAt: null }), invocationId };
    lease = { ...lease, reviewId: note.reviewId, startedAt: note.startedAt };
    await check();
    const noteUntil = startedAt + configuration.reportFreshnessHours * 3_600_000;
    await runs.noteRun(key, event, note, noteUntil);
    const answer = await work({ ...ports, ...fenced(ports, check) }, note.reviewId, note.startedAt);
    isOver = isDone(answer);
    if ((await renew()) && isOver)
      await runs.noteRun(key, event, { ...note, endedAt: clock.now() }, noteUntil);
    return answer;
  } catch (error) {
    const holder = isLost ? await runs.holder(key) : null;
    if (isHeld(holder, clock.now())) return { running: holder };
    throw error;
  } finally {
    clearInterval(heartbeat);
    if (isOver) await runs.release(lease);
  }
}
