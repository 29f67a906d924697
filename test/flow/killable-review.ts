import { readEnvironment } from '../../adapters/environment.ts';
import { createLogger } from '../../adapters/log.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import type { AlonePorts } from '../../flow/review-alone.ts';
import { dueReview } from '../../handlers/shared/due-review.ts';

/** The named points of a stored review, in the order in which they come first. */
export const reviewPoints = [
  'begun',
  'page-stored',
  'report-made',
  'answer-stored',
  'time-ran-out',
  'all-asked',
  'evidence-stored',
  'change-stored',
  'told-stored',
  'review-stored',
  'findings-stored',
  'event-sent',
  'mail-sent',
  'outcome-noted',
  'over',
] as const;

/** The name of such a point. */
export type ReviewPoint = (typeof reviewPoints)[number];

/** How long an invocation may last, in milliseconds. */
export const lifetime = 900_000;
const log = createLogger({ correlationId: 'test', level: 'silent', fileDescriptor: 2 });

/** One invocation of the function of scheduled reviews as Lambda runs it for the state machine, on a clock of the test's own: its time is over after one report. `reach` is called at each point. */
export async function invokeReview(
  payload: unknown,
  ports: AlonePorts,
  configuration: Configuration,
  reviewId: string,
  reach: (point: ReviewPoint) => void = () => undefined,
): Promise<unknown> {
  const { execution } = payload as { readonly execution: string };
  const options = {
    ...{ reviewId, invocationId: execution, mayContinue: true, onProgress: () => undefined },
    endsAt: ports.clock.now() + lifetime,
  };
  const own = watched(slowly(ports), reach);
  const environment = { ...readEnvironment(), inLambda: true };
  const publishing = async () => own;
  return dueReview(payload, { configuration, environment, log, options, ports: own, publishing });
}

/** Ports on which the time of an invocation is over after one report. */
export function slowly(ports: AlonePorts): AlonePorts {
  return {
    ...ports,
    reports: {
      report: async (entity, notBefore) => {
        const report = await ports.reports.report(entity, notBefore);
        await ports.clock.wait(lifetime);
        return report;
      },
    },
  };
}

function watched(ports: AlonePorts, reach: (point: ReviewPoint) => void): AlonePorts {
  /** The call, with a point before or after it. */
  const at =
    <Input extends readonly unknown[], Answer>(
      call: (...input: Input) => Promise<Answer>,
      point: ReviewPoint | ((...input: Input) => ReviewPoint | null),
      when: 'before' | 'after' = 'after',
    ) =>
    async (...input: Input): Promise<Answer> => {
      const name = typeof point === 'string' ? point : point(...input);
      if (when === 'before' && name) reach(name);
      const answer = await call(...input);
      if (when === 'after' && name) reach(name);
      return answer;
    };
  const { bus, reports, stores, topic } = ports;
  const { changes, collections, findings, outbox, reviews, runs } = stores;
  return {
    ...ports,
    reports: { report: at(reports.report, 'report-made') },
    bus: { ...bus, put: at(bus.put, 'event-sent') },
    topic: { ...topic, publish: at(topic.publish, 'mail-sent') },
    stores: {
      ...stores,
      changes: { ...changes, create: at(changes.create, 'change-stored') },
      collections: {
        ...collections,
        keep: at(collections.keep, 'answer-stored'),
        pages: async (...asked) => {
          const pages = await collections.pages(...asked);
          return { ...pages, keep: at(pages.keep, 'page-stored') };
        },
      },
      findings: { ...findings, put: at(findings.put, 'findings-stored') },
      outbox: { ...outbox, putMessage: at(outbox.putMessage, 'told-stored') },
      reviews: {
        ...reviews,
        saveReports: at(reviews.saveReports, 'all-asked', 'before'),
        saveTree: at(reviews.saveTree, 'evidence-stored'),
        saveReview: at(reviews.saveReview, 'review-stored'),
      },
      runs: {
        ...runs,
        noteProgress: at(runs.noteProgress, ({ outcome, reportsOpen, reportsDone }) => {
          if (outcome !== null) return 'outcome-noted';
          return reportsDone > 0 && reportsOpen > 0 ? 'time-ran-out' : null;
        }),
        noteRun: at(runs.noteRun, (_, __, { endedAt }) => (endedAt === null ? 'begun' : 'over')),
      },
    },
  };
}
