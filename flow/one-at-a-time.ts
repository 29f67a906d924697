import { randomBytes } from 'node:crypto';
import type { Clock } from '../adapters/ports.ts';
import type { RunNote } from '../adapters/run-ports.ts';
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
  /** It throws where a run of the same execution did not end while what it was told was young enough: else it would begin anew for ever. */
  readonly beginsOnce?: boolean;
}

/** How far a run came: to its end, or so far that its next invocation goes on, which is the last one where both are in vain. */
export type HowFar = 'done' | 'further' | 'in vain';

/** What a run goes by that has the lease. */
export interface Place {
  readonly reviewId: string;
  /** When the review began, in an earlier run of it where there was one (epoch ms). */
  readonly begunAt: number;
  /** The run before was in vain: another follows this one only where it comes further. */
  readonly isLast: boolean;
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
  work: (ports: Ports, place: Place) => Promise<Answer>,
  howFar: (answer: Answer) => HowFar = () => 'done',
): Promise<Answer | Running> {
  const { beginsOnce = false, event, invocationId, key, notBefore = 0, reviewId } = beginning;
  const { clock, stores } = ports;
  const { runs } = stores;
  const startedAt = clock.now();
  const token = randomBytes(8).toString('hex');
  const stopped = (last: RunNote | null): last is RunNote =>
    last !== null && last.endedAt === null && last.startedAt >= notBefore;
  const mayUse = ({ startedAt: since }: RunNote): boolean => mayGoOn(since, startedAt, configuration);
  // Whoever comes now must not take what goes on for a review that begins only now.
  const known = await runs.lastRun(key, event);
  const shown = stopped(known) && mayUse(known) ? known : { reviewId, startedAt };
  let lease = {
    key,
    event,
    invocationId,
    reviewId: shown.reviewId,
    startedAt: shown.startedAt,
    token,
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
    const stoppedShort = stopped(last);
    const goesOn = stoppedShort && mayUse(last);
    if (beginsOnce && stoppedShort && !goesOn && last.invocationId === invocationId)
      throw new Error(
        `${last.reviewId} did not end within ${configuration.reportFreshnessHours} hours (reportFreshnessHours)`,
      );
    const note = { ...(goesOn ? last : { reviewId, startedAt, endedAt: null }), invocationId };
    lease = { ...lease, reviewId: note.reviewId, startedAt: note.startedAt };
    await check();
    const noteUntil = startedAt + configuration.reportFreshnessHours * 3_600_000;
    await runs.noteRun(key, event, note, noteUntil);
    const place = {
      reviewId: note.reviewId,
      begunAt: note.startedAt,
      isLast: goesOn && last.inVain === true,
    };
    const answer = await work({ ...ports, ...fenced(ports, check) }, place);
    const came = howFar(answer);
    isOver = came === 'done';
    if ((await renew()) && (came !== 'further' || place.isLast)) {
      const { inVain: _, ...further } = note;
      const after = { done: { endedAt: clock.now() }, further: {}, 'in vain': { inVain: true } } as const;
      await runs.noteRun(key, event, { ...further, ...after[came] }, noteUntil);
    }
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
