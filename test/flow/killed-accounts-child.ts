import { clockAhead } from '../support/program-clock.ts';
import { type AccountPoint, invokeAccounts, watchedAt } from './killable-accounts.ts';
import { portsOn, storyConfiguration } from './ports.ts';

/** What the child is told: which part of a review of many accounts to carry out, and where to kill itself. */
export interface AccountsOrder {
  readonly payload: unknown;
  readonly reviewId: string;
  readonly point: AccountPoint;
  /** Calls of the point's kind that earlier invocations made. */
  readonly callsBefore: number;
  /** How far the story's clock is ahead of the machine's, milliseconds. */
  readonly offset: number;
  readonly configuration: Readonly<Record<string, unknown>>;
}

const { callsBefore, offset, payload, point, reviewId, ...order } = JSON.parse(
  process.argv[2] ?? '',
) as AccountsOrder;
const configuration = storyConfiguration(order.configuration);
const calls = { made: callsBefore };
const reach = () => process.kill(process.pid, 'SIGKILL');
const ports = watchedAt(point, calls, reach, portsOn(clockAhead(offset), configuration));
void invokeAccounts(payload, ports, configuration, reviewId).then((answer) =>
  process.stdout.write(JSON.stringify({ answer, calls: calls.made })),
);
