import type { Stage } from './stage.ts';
import type { ChangeLinks } from './story.ts';

/** What was published, in lines for the terminal: events on the bus, messages to people, the links in them, and how else to decide while the demo stays open. */
export function publishedLines(
  stage: Stage,
  changes: readonly ChangeLinks[],
  staysOpen: boolean,
): readonly string[] {
  const lines = ['Published'];
  for (const event of stage.sandbox.events()) {
    const { correlationId } = event.detail as { readonly correlationId?: string };
    lines.push(`  event    ${event.detailType} (${event.eventBusName}, ${correlationId})`);
  }
  for (const message of stage.sandbox.messages()) {
    // A Slack message has no subject: its first line says what it is about.
    const about = message.subject || (message.text.split('\n', 1)[0] ?? '');
    lines.push(`  message  ${message.channel} to ${message.to}: ${about.slice(0, 90)}`);
  }
  lines.push('', `Inbox: ${stage.inboxUrl}`);
  for (const { approvalUrls, id } of changes) {
    for (const [approverId, url] of Object.entries(approvalUrls))
      lines.push(`Decide on ${id} as ${approverId}: ${url}`);
  }
  if (!staysOpen) return lines;
  lines.push(
    '',
    'Or as Ana with AWS credentials, in another terminal:',
    ...credentialLines(stage),
    '  npx oar changes list',
  );
  return lines;
}

/** What to export in another terminal so that `oar` speaks to this demo. */
export function credentialLines(stage: Stage): readonly string[] {
  return [
    `  export AWS_ENDPOINT_URL=${stage.sandbox.endpoint} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 PAGE_URL=${stage.pageUrl} TABLE_NAME=${stage.tableName}`,
    '  export AWS_ACCESS_KEY_ID=AKIASANDBOX000000000 AWS_SECRET_ACCESS_KEY=sandbox',
  ];
}
