import { setTimeout as sleep } from 'node:timers/promises';

/** How `walkChain` works, in words. */
export const chainFormula =
  'one account by itself, by plain requests: AssumeRole, GetAccountSummary, GetAccountAuthorizationDetails, then of every subject at once ' +
  'GenerateServiceLastAccessedDetails and GetServiceLastAccessedDetails each 0.1 s until it is done';

/** An account whose chain is walked: how it is entered, and whose reports are made. */
export interface ChainAccount {
  readonly endpoint: string;
  readonly roleArn: string;
  readonly subjectArns: readonly string[];
}

/** No review of one account is faster: walks the chain of calls that depend on each other, and answers its milliseconds. */
export async function walkChain({ endpoint, roleArn, subjectArns }: ChainAccount): Promise<number> {
  const startedAt = performance.now();
  const assumed = await call(endpoint, 'sts', 'AKIAEXAMPLE000000001', {
    Action: 'AssumeRole',
    RoleArn: roleArn,
    RoleSessionName: 'baseline',
  });
  const key = textIn(assumed, 'AccessKeyId');
  const iam = (input: Readonly<Record<string, string>>): Promise<string> => call(endpoint, 'iam', key, input);
  await iam({ Action: 'GetAccountSummary' });
  await iam({ Action: 'GetAccountAuthorizationDetails' });
  await Promise.all(
    subjectArns.map(async (Arn) => {
      const JobId = textIn(await iam({ Action: 'GenerateServiceLastAccessedDetails', Arn }), 'JobId');
      for (;;) {
        await sleep(100);
        const page = await iam({ Action: 'GetServiceLastAccessedDetails', JobId });
        if (textIn(page, 'JobStatus') === 'COMPLETED') return;
      }
    }),
  );
  return performance.now() - startedAt;
}

/** How long the slowest of so many lanes takes, one account after another in each, where every account takes as long as the slowest. */
export function slowestLane(chains: readonly number[], accounts: number, width: number): number {
  return Math.ceil(accounts / width) * Math.max(...chains);
}

const versions = { iam: '2010-05-08', sts: '2011-06-15' };

async function call(
  endpoint: string,
  service: keyof typeof versions,
  key: string,
  input: Readonly<Record<string, string>>,
): Promise<string> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: new URLSearchParams({ ...input, Version: versions[service] }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${input.Action}: ${text}`);
  return text;
}

function textIn(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  if (found === undefined) throw new Error(`no ${name} in ${xml.slice(0, 200)}`);
  return found;
}
