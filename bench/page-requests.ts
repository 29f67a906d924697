import { readEnvironment } from '../adapters/environment.ts';
import { wireStores } from '../adapters/wire.ts';
import { createHandler } from '../handlers/approvals.ts';
import { startApiGateway } from '../sandbox/api-gateway.ts';
import { benchConfiguration, proposedTo } from './approval-page.ts';
import { atMost, type FigureOptions, type Row } from './figure.ts';
import { largeChange } from './large-change.ts';
import { makeStack, withSandbox } from './sandboxed.ts';

const perSecond = 100;

/** Whether the approval page keeps up with 100 requests a second over HTTP, on the embedded store: requests leave on time, whatever became of those before. */
export async function measurePageRequests({ quick }: FigureOptions): Promise<readonly Row[]> {
  const seconds = quick ? 4 : 20;
  return withSandbox({ scenario: 'development-ou', fast: true }, async (sandbox) => {
    await makeStack('bench');
    const gateway = await startApiGateway({
      handler: createHandler(benchConfiguration()),
      callerArnOf: sandbox.arnOf,
    });
    try {
      const content = largeChange('chg-00000000be02', 20, 200);
      const { stored, token } = proposedTo('ana', content, Date.now());
      await wireStores(readEnvironment()).changes.create(stored);
      const url = `${gateway.url}/changes/${content.id}?token=${token}`;
      const isWhole = async (): Promise<boolean> => {
        const answer = await fetch(url);
        return answer.status === 200 && (await answer.text()).includes(content.services.at(-1) ?? '');
      };
      if (!(await isWhole())) throw new Error('the page is not what it should be');
      const { errors, secondsTaken } = await offer(isWhole, seconds * perSecond);
      const offered = `${perSecond} requests a second for ${seconds} s, a page of 20 services and 200 accounts, gateway, function and store in one process`;
      return [
        atMost(0, { name: 'page requests with an error', value: errors, unit: 'requests', against: offered }),
        atMost(1.1, {
          name: 'time until every page request was answered',
          value: secondsTaken / seconds,
          unit: '×',
          against: `the time in which they were sent: ${offered}`,
        }),
      ];
    } finally {
      await gateway.close();
    }
  });
}

async function offer(
  request: () => Promise<boolean>,
  count: number,
): Promise<{ readonly errors: number; readonly secondsTaken: number }> {
  const startedAt = performance.now();
  const answers: Promise<boolean>[] = [];
  for (let index = 0; index < count; index += 1) {
    const due = startedAt + (index * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    answers.push(request().catch(() => false));
  }
  const good = await Promise.all(answers);
  return {
    errors: good.filter((answer) => !answer).length,
    secondsTaken: (performance.now() - startedAt) / 1000,
  };
}
