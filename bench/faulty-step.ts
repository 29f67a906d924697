// Started as a process of its own, so that it can be killed: faulty-step.ts
import { handler } from '../handlers/scheduled-review.ts';

process.stdout.write(JSON.stringify(await handler({ execution: 'bench', event: {} })));
