import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { messageLimits } from '../../core/base/limits.ts';
import { asciiText } from '../../core/message/words/plain-text.ts';
import type { Caller, Topic } from '../ports.ts';
import { refusing } from './refusal.ts';

// All attempts together: a topic that does not answer must not hold up what else there is to tell.
const patienceMilliseconds = 15_000;
const emptySubject = 'Organization access review';
const cutLine = '\n[This message was cut: it was longer than a message may be.]\n';

/** Publishes to one SNS topic; a subject or text that SNS would refuse is made to fit. */
export function createTopic(client: SNSClient, topicArn: string): Topic {
  return {
    publish: async ({ subject, text }) => {
      const input = { TopicArn: topicArn, Subject: fitSubject(subject), Message: fitText(text) };
      await refusing('Publish', () => client.send(new PublishCommand(input), bounded()));
    },
  };
}

/** Publishes to the topic of this name in the caller's own account and in the region of the SDK's chain: its ARN is known once the caller is. */
export function createNamedTopic(
  caller: Caller,
  name: string,
  clientFor: (topicArn: string) => SNSClient,
): Topic {
  return {
    publish: async (message) => {
      const { accountId, arn } = await caller.identity();
      const partition = arn.split(':')[1] ?? 'aws';
      const region = await clientFor('').config.region();
      const topicArn = `arn:${partition}:sns:${region}:${accountId}:${name}`;
      await createTopic(clientFor(topicArn), topicArn).publish(message);
    },
  };
}

/** Publishes JSON as it is, without a subject: for topics that a program reads. */
export async function publishJson(client: SNSClient, topicArn: string, content: object): Promise<void> {
  await refusing('Publish', () =>
    client.send(new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(content) }), bounded()),
  );
}

function bounded(): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(patienceMilliseconds) };
}

/**
 * A subject that every version of the SNS rules takes: printable ASCII on one line, shorter than 100 characters and not
 * empty. It begins with a letter, a number or a punctuation mark. Accents are dropped, other characters become `?`.
 */
export function fitSubject(subject: string): string {
  const plain = asciiText(subject).trim();
  return plain.slice(0, messageLimits.subjectCharacters - 1).trimEnd() || emptySubject;
}

/** The text, or as many whole lines of it as SNS takes (bytes of UTF-8) with a last line that says so. */
export function fitText(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= messageLimits.messageBytes) return text;
  let end = messageLimits.messageBytes - Buffer.byteLength(cutLine);
  // A byte 10xxxxxx continues a character: cut before the character, not inside it.
  while (((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  const kept = bytes.toString('utf8', 0, end);
  const lineEnd = kept.lastIndexOf('\n');
  return (lineEnd > 0 ? kept.slice(0, lineEnd) : kept) + cutLine;
}
