import type { DoctorPorts } from '../../adapters/doctor-ports.ts';
import type { EventBus, Messenger } from '../../adapters/ports.ts';
import type { Approver, Configuration } from '../../core/base/configuration.ts';
import { withApproverTopics } from '../../core/base/configured-reach.ts';
import { doubtful, type Finding, fine, type Line, unchecked, wrong } from '../../core/doctor/check.ts';
import { approverAddresses, type Recipient } from '../../core/message/views/recipients.ts';
import { approverTopicPrefix } from './reading.ts';

/** What sending needs. */
export interface SendingPorts {
  readonly messenger: Messenger;
  busNamed(name: string): EventBus;
}

const subject = 'Test of the organization access review';
const text =
  'Somebody tries with "oar doctor --send" whether messages of the organization access review reach you. There is nothing to do.\n';

/** One event that no rule takes, and one message by each way to each of these approvers. Throws what AWS refuses of looking at the stack. */
export async function sendTests(
  ports: DoctorPorts,
  { busNamed, messenger }: SendingPorts,
  approvers: readonly Approver[],
  { configuration, stackName }: { readonly configuration: Configuration; readonly stackName: string },
): Promise<readonly Line[]> {
  const [caller, stack] = await Promise.all([ports.readCaller(), ports.readStack(stackName)]);
  const busName = stack?.outputs.BusName;
  if (busName === undefined)
    return [{ check: 'send', ...unchecked(`there is no stack ${stackName}, so nothing was sent`) }];
  const reached = withApproverTopics(configuration, approverTopicPrefix(caller, stackName));
  const lines: Line[] = [{ check: 'send', ...(await sendEvent(busNamed(busName))) }];
  for (const approver of approvers) {
    const ways = approverAddresses(approver, reached);
    if (ways.length === 0)
      lines.push({
        check: 'send',
        ...wrong(`no way leads to ${approver.id}`, 'give him a topic, a webhook or a slackUserId'),
      });
    for (const way of ways) lines.push({ check: 'send', ...(await sendBy(messenger, way)) });
  }
  return lines;
}

/** The policy of the bus keeps out everybody but the functions, so that a refusal is what should be seen. */
async function sendEvent(bus: EventBus): Promise<Finding> {
  const event = { detailType: 'Doctor Test', detail: { test: true } };
  const refusal = await bus.put([event]).then(
    ([refused]) => (refused ? `${refused.code}: ${refused.message}` : null),
    (error: unknown) => messageOf(error),
  );
  if (refusal === null)
    return doubtful(
      'the bus took an event of yours',
      'deploy again: by the policy of the bus the functions alone may send events, since events start reviews',
    );
  return /AccessDenied/.test(refusal)
    ? fine('the bus refuses an event of yours, as it must: the functions alone may send')
    : wrong(`the bus did not take an event: ${refusal}`, 'look at the check bus');
}

async function sendBy(messenger: Messenger, { address, channel, id }: Recipient): Promise<Finding> {
  const refusal = await delivered(messenger, address).then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  return refusal === null
    ? fine(`${channel} to ${id} was taken: ask whether it arrived`)
    : wrong(`${channel} to ${id} was not taken: ${refusal}`, 'look at the checks topics and slack');
}

async function delivered(messenger: Messenger, address: Recipient['address']): Promise<void> {
  switch (address.by) {
    case 'topic':
      return messenger.mail(address.topicArn, { subject, text });
    case 'webhook':
      return messenger.postToWebhook(address.place, { text });
    case 'bot':
      await messenger.postAsBot(address.to, { text });
      return;
    case 'amazon-q':
      return messenger.notifyChannel(address.topicArn, {
        version: '1.0',
        source: 'custom',
        content: { description: text },
      });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  throw error;
}
