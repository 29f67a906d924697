import type { Stage } from './stage.ts';
import type { ChangeLinks } from './story.ts';

/** What was published, in lines for the terminal: events on the bus, messages to people, the links in them. */
export function publishedLines(stage: Stage, changes: readonly ChangeLinks[]): readonly string[] {
  const lines = ['Published'];
  for (const event of stage.sandbox.events()) {
    const { correlationId } = event.detail as { readonly correlationId?: string };
    lines.push(`  event    ${event.detailType} (${event.eventBusName}, ${correlationId})`);
  }
  for (const message of stage.sandbox.messages()) {
    lines.push(`  message  ${message.channel} to ${message.to}: ${message.subject}`);
  }
  lines.push('', `Inbox: ${stage.inboxUrl}`);
  for (const { approvalUrls, id } of changes) {
    for (const [approverId, url] of Object.entries(approvalUrls))
      lines.push(`Decide on ${id} as ${approverId}: ${url}`);
  }
  return lines;
}
