import TestSequencer from '@jest/test-sequencer';

/** Suites that wait longer than they compute: for programs, for a browser, for AWS's published rates. */
const waiting = [
  ...['adapters/identities-moto', 'cli/check-move', 'demo/aws-pace', 'demo/demo', 'demo/stories'],
  ...['doctor/doctor', 'e2e/iam-pages', 'e2e/page-states', 'flow/crash-decide', 'packaging/page'],
  ...['packaging/template', 'smoke/smoke'],
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
