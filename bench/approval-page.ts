import { randomBytes } from 'node:crypto';
import { type Configuration, parseConfiguration } from '../core/base/configuration.ts';
import type { ChangeContent } from '../core/change/content/change.ts';
import { beginChange, type StoredChange, withLinks } from '../core/change/life/stored-change.ts';
import { mint } from '../core/change/links/links.ts';
import { changeAnswer } from '../web/change-answer.ts';
import { type PlainPage, plainPage, plainPageFormula } from './baseline-page.ts';
import { atMost, type FigureOptions, interleave, type Row } from './figure.ts';
import { asOf, largeChange } from './large-change.ts';

/** A function that just started is no measure of its code. */
const warmUps = 20;
const sizes = { services: 500, accounts: 5_000 } as const;

/** The time that the approval page of a very large change takes, from the stored change to the whole HTML, form included. */
export async function measureApprovalPage({ quick }: FigureOptions): Promise<readonly Row[]> {
  const content = largeChange('chg-00000000be01', sizes.services, sizes.accounts);
  const { stored, token } = proposedTo('ana', content, asOf);
  const site = {
    configuration: benchConfiguration(),
    clock: { now: () => asOf, wait: async () => undefined },
  };
  const rows = plainRows(content);
  const write = (): string => changeAnswer(site, stored, token);
  const page = write();
  const last = content.affectedAccounts.at(-1)?.id ?? '';
  if (!page.includes(last) || !page.includes('<form') || !plainPage(rows).includes(last))
    throw new Error('a page without its last row or its form measures nothing');
  for (let round = 0; round < warmUps; round += 1) {
    write();
    plainPage(rows);
  }
  const times = await interleave(
    quick ? 15 : 61,
    () => milliseconds(write),
    () => milliseconds(() => plainPage(rows)),
  );
  return [
    atMost(2, {
      name: 'approval page, 500 services, 5,000 accounts',
      value: times.measured / times.baseline,
      unit: '×',
      against: `median time, by turns, after ${warmUps} runs of each, of ${plainPageFormula}; the page has ${Math.round(page.length / 1000)} KB`,
    }),
  ];
}

/** A configuration with two approvers of everything. */
export function benchConfiguration(): Configuration {
  const approvers = ['ana', 'ben'].map((id) => ({ id, name: id, email: `${id}@example.com` }));
  const parsed = parseConfiguration({ approvers });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

/** A change that was proposed at this instant (epoch ms), with a fresh personal link. */
export function proposedTo(
  approverId: string,
  content: ChangeContent,
  at: number,
): { readonly stored: StoredChange; readonly token: string } {
  const expiresAt = at + 72 * 3_600_000;
  const targetPaths = Object.fromEntries(content.targets.map(({ id }) => [id, `o-exampleorg1/r-ex01/${id}`]));
  const stored = beginChange([
    {
      type: 'proposed',
      at,
      actor: { type: 'system', id: 'review' },
      revision: 1,
      content,
      expiresAt,
      starter: { type: 'schedule' as const },
      targetPaths,
    },
  ]);
  const link = { approverId, purpose: 'decide', channel: 'email', revision: 1, expiresAt } as const;
  const { links, token } = mint(stored.links, link, randomBytes(32), at);
  return { stored: withLinks(stored, links), token };
}

function plainRows({ affectedAccounts, evidence }: ChangeContent): PlainPage {
  return {
    services: evidence.map((entry) => [
      ...[entry.serviceName, entry.serviceNamespace],
      ...[entry.lastAccessedAt ?? 0, String(entry.daysUnused)],
      ...[entry.lastAccessedAccount?.name ?? '', entry.lastAccessedAccount?.id ?? ''],
      ...[entry.lastAccessedRegion ?? '', `${entry.accountsEverUsed} of ${entry.accounts}`],
      entry.report?.jobId ?? '',
    ]),
    accounts: affectedAccounts.map(({ id, name, place }) => [name, id, place]),
  };
}

function milliseconds(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
