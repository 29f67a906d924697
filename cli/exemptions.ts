import { isoDay } from '../core/base/iso-time.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import type { ListedExemption } from '../flow/exemptions.ts';
import { BadArguments, readOptions, verbOf } from './arguments.ts';
import type { Command, Terminal } from './command.ts';
import { ask, siteOf, siteOptions } from './site.ts';

const help = `Show and lift the exemptions that people decided on. Those of the configuration stand in its file.

  oar exemptions list [--json]
  oar exemptions lift ID --reason TEXT

Lifting is signed: it takes an approver whose scopes cover the entity, and it is told to all approvers. What is no
longer exempt may be proposed again by the next review. The site is --url URL, or PAGE_URL.
With a page of your own domain (pageDomain), --region REGION names its Region.
`;

const options = {
  ...siteOptions,
  json: { type: 'boolean' },
  reason: { type: 'string' },
} as const;

/** `oar exemptions`: what is exempt by decisions, and taking that back. */
export const exemptionsCommand: Command = {
  summary: 'list and lift the exemptions that people decided on, with AWS credentials',
  help,
  run: async ([verb, ...others], terminal) =>
    verbOf('exemptions', verb, ['list', 'lift']) === 'list' ? list(others, terminal) : lift(others, terminal),
};

async function list(args: readonly string[], terminal: Terminal): Promise<number> {
  const { json = false, ...where } = readOptions(args, { ...siteOptions, json: options.json });
  const { exemptions } = await ask<{ readonly exemptions: readonly ListedExemption[] }>(
    siteOf(where),
    'GET',
    '/iam/exemptions',
  );
  if (json) terminal.write(`${JSON.stringify(exemptions, null, 2)}\n`);
  else if (exemptions.length === 0) terminal.write('no exemptions by decision\n');
  for (const { changeId, entity, id, owner, reason, service, until } of json ? [] : exemptions) {
    const last = isoDay(Date.parse(until) - 1);
    const line = `${id}  ${service}  ${entity.name} (${entity.id})  until ${last}  ${owner}: ${reason}  (${changeId})`;
    terminal.write(`${visibleText(line)}\n`);
  }
  return 0;
}

async function lift([id = '', ...others]: readonly string[], terminal: Terminal): Promise<number> {
  if (!/^exm-[0-9a-f]{12}$/.test(id))
    throw new BadArguments(
      'ID: an exemption is named like exm-0123456789ab: "npx --no -- oar exemptions list" shows them',
    );
  const { reason, ...where } = readOptions(others, { ...siteOptions, reason: options.reason });
  const body = reason === undefined ? {} : { reason };
  await ask(siteOf(where), 'POST', `/iam/exemptions/${id}/lift`, body);
  terminal.write(`${id} is lifted: it counts no longer\n`);
  return 0;
}
