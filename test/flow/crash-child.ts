import { applyDue } from '../../flow/apply.ts';
import { recordRequest } from '../../flow/decide.ts';
import { clockAhead } from '../support/program-clock.ts';
import { type RequestKind, requestOf } from './crash-requests.ts';
import { benUser, portsOn, storyConfiguration } from './ports.ts';

/** What the child is told: what to do, and where to kill itself. */
export interface CrashOrder {
  readonly changeId: string;
  readonly does: RequestKind | 'apply' | 'roll-back';
  readonly point: string;
  /** Kills itself when the point comes up so often, from 1. */
  readonly time: number;
  /** How far the story's clock is ahead of the machine's, milliseconds. */
  readonly offset: number;
  readonly configuration: Readonly<Record<string, unknown>>;
}

const order = JSON.parse(process.argv[2] ?? '') as CrashOrder;
const clock = clockAhead(order.offset);
let times = 0;
const reach = (point: string): void => {
  if (point === order.point) times += 1;
  if (times === order.time) process.kill(process.pid, 'SIGKILL');
};

const configuration = storyConfiguration(order.configuration);
const wired = portsOn(clock, configuration);
const { changes } = wired.stores;
const ports = {
  ...wired,
  onPoint: reach,
  leaseMilliseconds: 2_000,
  stores: {
    ...wired.stores,
    changes: {
      ...changes,
      save: async (...input: Parameters<typeof changes.save>) => {
        reach('before-save');
        const answer = await changes.save(...input);
        reach('after-save');
        return answer;
      },
    },
  },
};

async function carryOut({ changeId, does }: CrashOrder): Promise<unknown> {
  if (does === 'apply' || does === 'roll-back') return applyDue(ports);
  const change = await changes.load(changeId);
  if (!change) throw new Error(`there is no change ${changeId}`);
  const request = requestOf(does, change, clock.now());
  return recordRequest(ports, changeId, { principalArn: benUser }, request, configuration);
}

void carryOut(order);
