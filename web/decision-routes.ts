import { Hono } from 'hono/tiny';
import { isoTime as isoTimeField } from '../core/base/configuration-fields.ts';
import type { IamAnswer } from '../core/message/events/iam-schemas.ts';
import { pageEndOf, readDecisions } from '../flow/decision-log.ts';
import type { AppPorts } from './app-ports.ts';
import { refuseOtherMethods } from './requests.ts';

/** What was decided and written, page by page, for people with AWS credentials: any authorized caller may read. */
export function decisionRoutes(ports: AppPorts): Hono {
  const app = new Hono();
  app.get('/', async (context) => {
    const { after, since } = context.req.query();
    if (since !== undefined && !isoTimeField.safeParse(since).success)
      return context.json({ message: 'since: must be an ISO date or time, such as 2027-01-31' }, 422);
    const place = after === undefined ? null : pageEndOf(after);
    if (after !== undefined && place === null)
      return context.json({ message: 'after: give what "next" of the page before says' }, 422);
    const { lines, next } = await readDecisions(ports, since === undefined ? 0 : Date.parse(since), place);
    return context.json({ lines: [...lines], next } satisfies IamAnswer<'decisions'>);
  });
  refuseOtherMethods(app, { '/': 'GET, HEAD' });
  return app;
}
