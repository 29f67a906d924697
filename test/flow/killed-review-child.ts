import { clockAhead } from '../support/program-clock.ts';
import { invokeReview } from './killable-review.ts';
import { portsOn, storyConfiguration } from './ports.ts';

/** What the child is told: what to review, and where to kill itself. */
export interface KillOrder {
  readonly payload: unknown;
  readonly reviewId: string;
  readonly point: string;
  /** How far the story's clock is ahead of the machine's, milliseconds. */
  readonly offset: number;
}

const order = JSON.parse(process.argv[2] ?? '') as KillOrder;
const clock = clockAhead(order.offset);
const configuration = storyConfiguration();
const ports = portsOn(clock, configuration);
void invokeReview(order.payload, ports, configuration, order.reviewId, (point) => {
  if (point === order.point) process.kill(process.pid, 'SIGKILL');
}).then((answer) => process.stdout.write(JSON.stringify(answer)));
