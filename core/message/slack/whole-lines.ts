import { joined, type Marked, marked } from './mrkdwn.ts';

/** As many whole lines as fit into so many characters, and how many are left. */
export function wholeLines(lines: readonly Marked[], longest: number): Marked {
  let length = 0;
  for (const [index, { mrkdwn }] of lines.entries()) {
    const rest = marked`and ${lines.length - index} more`;
    length += mrkdwn.length + 1;
    if (length + rest.mrkdwn.length > longest) return joined([...lines.slice(0, index), rest], '\n');
  }
  return joined(lines, '\n');
}
