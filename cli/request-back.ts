import { pastedId } from '../core/change/links/pasted.ts';
import { askedFor, type RequestBackAnswer } from '../core/message/events/request-back-answer.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { BadArguments, readOptions } from './arguments.ts';
import type { Command } from './command.ts';
import { askProven, siteOf, siteOptions } from './site.ts';

const help = `Asks for services back that an applied change denies. For everybody in an account that it affects: you need not be an approver.

  oar request-back ID --services NS,… --reason TEXT [--principals ARN [--days N]]

It becomes a proposed change for the approvers of ID, with your reason; whoever asked is never one who approves it.
ID is the change: the message about the denied access names it. --principals gives the services to one principal alone: your own
user or role, with its path if it has one. Without it they are asked back for everybody whom the change denies.
--days N asks for so many days alone, 90 at most: once they are over, a review proposes to deny the services to you again.
Your AWS credentials sign the request (sts:GetCallerIdentity, which needs no permission), so the approvers read who asks.
Ask again to see how it stands: the same request stays one. At most 3 wait for an answer at a time, 5 a day.
The site is --url URL, or PAGE_URL; --region REGION says of which Region STS is asked.
`;

const options = {
  ...siteOptions,
  services: { type: 'string' },
  service: { type: 'string' },
  principals: { type: 'string' },
  days: { type: 'string' },
  reason: { type: 'string' },
} as const;

/** `oar request-back`: a developer who was denied asks the approvers. */
export const requestBackCommand: Command = {
  summary: 'ask the approvers for services back that a change denies',
  help,
  run: async ([given = '', ...others], terminal) => {
    const id = pastedId(given, 'change');
    if (!/^chg-[0-9a-f]{12}$/.test(id)) throw new BadArguments('ID: a change is named like chg-0123456789ab');
    const read = readOptions(others, options);
    const asked = {
      services: (read.services ?? read.service ?? '').split(',').flatMap((part) => part.trim() || []),
      principals: read.principals === undefined ? [] : [read.principals],
      ...(read.days === undefined ? {} : { days: read.days }),
      reason: read.reason ?? '',
    };
    const { request } = await askProven<RequestBackAnswer>(
      siteOf(read),
      `/changes/${id}/request-back`,
      asked,
      askedFor(id, asked),
    );
    const { changeId, decideBy, services, status } = request;
    const until = decideBy === null ? '' : ` until ${decideBy.slice(0, 16).replace('T', ' ')} UTC`;
    terminal.write(
      `${visibleText(`${changeId} asks back ${services.join(', ')}: ${status.replaceAll('-', ' ')}${until}.`)}\n`,
    );
    return 0;
  },
};
