import TestSequencer from '@jest/test-sequencer';

/** Suites that take longest, and wait longer than they compute: for programs and for a browser. */
const waiting = [
  ...['adapters/identities-moto', 'demo/aws-pace', 'demo/demo', 'demo/stories', 'e2e/iam-pages'],
  ...['e2e/page-states', 'flow/crash-decide', 'flow/iam-crash', 'flow/review-killed', 'packaging/page'],
  ...['packaging/people', 'packaging/template', 'smoke/smoke'],
];
/** Suites that compute, to each that waits. */
const beside = 6;

const isWaiting = ({ path }) => waiting.some((name) => path.endsWith(`/test/${name}.test.ts`));

/** In a fresh checkout nobody knows how long a suite takes: those that wait begin early, one at a time, so that none is left at the end. */
export default class WaitingEarly extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const others = sorted.filter((test) => !isWaiting(test));
    return [...sorted.filter(isWaiting).flatMap((test) => [test, ...others.splice(0, beside)]), ...others];
  }
}
