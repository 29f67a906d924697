import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDynamoDbClient } from '../adapters/aws/clients.ts';
import { createReviewStore } from '../adapters/aws/store-reviews.ts';
import { openTable } from '../adapters/aws/store-table.ts';
import type { ReviewResult } from '../core/review/review-result.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { atMost, type FigureOptions, type Row } from './figure.ts';
import { makeStack, withSandbox } from './sandboxed.ts';

const program = fileURLToPath(new URL('faulty-step.ts', import.meta.url));
const name = 'bench';
/** What a review reads of the organization. */
const operations = [
  ...[
    'ListRoots',
    'ListAccounts',
    'ListOrganizationalUnitsForParent',
    'ListPolicies',
    'ListTargetsForPolicy',
  ],
  ...['DescribePolicy', 'ListTagsForResource', 'GenerateOrganizationsAccessReport'],
  'GetOrganizationsAccessReport',
];
const shares = ['throttle:OPERATION:20%', 'error:OPERATION:500:5%', 'reset:OPERATION:2%'];
const stuck = 'stuck-job:ou-ex01-development:1';
const faults = [
  ...operations.flatMap((operation) => shares.map((fault) => fault.replace('OPERATION', operation))),
  stuck,
];
/** A process is killed with SIGKILL once so many of its calls were made: each reads the organization anew, by half of them. */
const callsOfALife = 75;
/** Far more attempts than are needed; the state machine tries each step ten times. */
const mostAttempts = 100;

/** Whether a stored review under faults and crashes comes to the same findings and changes as one without. */
export async function measureFaults({ quick }: FigureOptions): Promise<readonly Row[]> {
  // A process that is throttled waits, and each one begins anew.
  if (quick) return [];
  const calm = await reviewed([], Number.POSITIVE_INFINITY);
  const faulty = await reviewed(faults, callsOfALife);
  if (faulty.killed === 0 || faulty.struck === 0)
    throw new Error('nothing went wrong on the way: this says nothing');
  const told = new Set(faulty.lines);
  const differing = [
    ...calm.lines.filter((line) => !told.has(line)),
    ...faulty.lines.filter((line) => !calm.lines.includes(line)),
  ];
  const struck = `${faulty.struck} of ${faulty.calls} calls struck, ${faulty.killed} processes killed after ${callsOfALife} calls each`;
  return [
    atMost(0, {
      name: 'findings and changes that differ under faults',
      value: differing.length,
      unit: '',
      against: `the ${calm.lines.length} of the same review without faults; ${shares.join(', ')} of what it reads, ${stuck}; ${struck}`,
    }),
  ];
}

interface Reviewed {
  /** Findings and changes, a line each. */
  readonly lines: readonly string[];
  readonly calls: number;
  readonly struck: number;
  readonly killed: number;
}

function reviewed(own: readonly string[], calls: number): Promise<Reviewed> {
  return withSandbox({ scenario: 'development-ou', fast: true }, async (sandbox) => {
    await makeStack(name);
    const before = sandbox.calls().length;
    for (const fault of own) sandbox.faults.add(fault);
    let [attempts, killed] = [0, 0];
    for (let answer: Answer | null = null; answer?.status !== 'completed'; attempts += 1) {
      if (attempts === mostAttempts) throw new Error(`not done after ${attempts} processes`);
      const life = await liveOnce(sandbox, calls);
      killed += life.killed ? 1 : 0;
      answer = life.answer;
      if (answer?.status === 'completed') break;
    }
    sandbox.faults.clear();
    const made = sandbox
      .calls()
      .slice(before)
      .filter(({ operation }) => operations.includes(operation));
    const lines = linesOf(await storedResult(sandbox));
    const struck = made.filter(({ status }) => status !== 200).length;
    return { lines, calls: made.length, struck, killed };
  });
}

interface Answer {
  readonly status: string;
  readonly reviewId: string;
}

/** What was asked of AWS, the table left out. */
function callsIn(sandbox: Sandbox): number {
  return sandbox.calls().filter(({ operation }) => operations.includes(operation)).length;
}

/** One process, until it answers, fails or is killed. */
async function liveOnce(
  sandbox: Sandbox,
  mostCalls: number,
): Promise<{ readonly answer: Answer | null; readonly killed: boolean }> {
  const start = callsIn(sandbox);
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    if (callsIn(sandbox) - start >= mostCalls) {
      child.kill('SIGKILL');
      await ended;
      return { answer: null, killed: true };
    }
    await Promise.race([ended, wait(5)]);
  }
  return { answer: said === '' ? null : (JSON.parse(said) as Answer), killed: false };
}

async function storedResult(sandbox: Sandbox): Promise<ReviewResult> {
  const reviews = createReviewStore(openTable(createDynamoDbClient(), name));
  const { organizationId } = sandbox.world;
  const [latest] = await reviews.reviewsSince(organizationId, 0);
  const stored = latest && (await reviews.loadReview(latest.id));
  if (!stored) throw new Error('no review is stored');
  return stored.result as ReviewResult;
}

function linesOf({ changes, findings }: ReviewResult): readonly string[] {
  return [
    ...findings.map(({ entityId, kind, serviceNamespace, status }) =>
      [entityId, serviceNamespace, kind, status].join(' '),
    ),
    ...changes.map(({ id, services, targets }) =>
      [id, services.join(), targets.map((target) => target.id).join()].join(' '),
    ),
  ];
}
