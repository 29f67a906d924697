import type { InboxMessage } from './inbox-message.ts';
import { isObject } from './json.ts';
import type { SlackBlock } from './slack-blocks.ts';
import { elementsOf, parseMrkdwn } from './slack-text.ts';

/** The inbox as one self-contained page without script, newest message first. */
export function renderInboxPage(messages: readonly InboxMessage[]): string {
  const replaced = replacedBySlackUpdates(messages);
  const items = messages.map((message, index) => renderMessage(message, replaced.has(index))).reverse();
  const body = items.length === 0 ? '<p class="empty">No message has arrived yet.</p>' : items.join('\n');
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="5">
<title>Inbox (${messages.length})</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Inbox</h1><p>${count}, newest first. The page refreshes itself every five seconds.</p></header>
<main>
${body}
</main>
</body>
</html>
`;
}

function renderMessage(message: InboxMessage, replaced: boolean): string {
  const isSlack = message.channel.startsWith('slack') && message.blocks !== undefined;
  const sends =
    message.submit === undefined
      ? ''
      : `<p class="actions"><span class="button">${escapeHtml(message.submit)}</span></p>`;
  const content = isSlack
    ? renderBlocks(message.blocks ?? []) + sends
    : `<pre>${linkify(message.text)}</pre>`;
  const title = message.subject === '' ? (message.text.split('\n', 1)[0] ?? '') : message.subject;
  // A header of its own says the same.
  const hasHeader = isSlack && message.blocks?.[0]?.type === 'header';
  const mark = message.update ? 'updated' : message.thread === undefined ? '' : 'in the thread';
  const note = mark === '' ? '' : ` <span class="tag">${mark}</span>`;
  const inner = replaced
    ? `<details><summary>Replaced by a later update</summary>${content}</details>`
    : content;
  return `<article class="${isSlack ? 'slack' : 'mail'}">
${hasHeader ? '' : `<h2>${escapeHtml(title)}</h2>\n`}<p class="meta"><span class="tag">${escapeHtml(message.channel)}</span> to <b>${escapeHtml(message.to)}</b> <time datetime="${escapeHtml(message.sentAt)}">${escapeHtml(readableTime(message.sentAt))}</time>${note}</p>
${inner}
</article>`;
}

/** Positions of Slack messages in whose place a later update stands. */
function replacedBySlackUpdates(messages: readonly InboxMessage[]): ReadonlySet<number> {
  const latest = new Map<string, number>();
  const replaced = new Set<number>();
  for (const [index, message] of messages.entries()) {
    if (message.ts === undefined) continue;
    const key = `${message.to} ${message.ts}`;
    const earlier = latest.get(key);
    if (message.update && earlier !== undefined) replaced.add(earlier);
    latest.set(key, index);
  }
  return replaced;
}

function renderBlocks(blocks: readonly SlackBlock[]): string {
  return `<div class="blocks">${blocks.map(renderBlock).join('\n')}</div>`;
}

function renderBlock(block: SlackBlock): string {
  if (block.type === 'divider') return '<hr>';
  if (block.type === 'header') return `<h2>${renderText(block.text)}</h2>`;
  if (block.type === 'context')
    return `<p class="context">${elementsOf(block).map(renderElement).join(' ')}</p>`;
  if (block.type === 'actions')
    return `<p class="actions">${elementsOf(block).map(renderElement).join(' ')}</p>`;
  if (block.type === 'section') {
    const fields = Array.isArray(block.fields) ? block.fields : [];
    const grid =
      fields.length === 0
        ? ''
        : `<div class="fields">${fields.map((field) => `<p>${renderText(field)}</p>`).join('')}</div>`;
    const text = block.text === undefined ? '' : `<p>${renderText(block.text)}</p>`;
    return (
      text +
      grid +
      (isObject(block.accessory) ? `<p class="actions">${renderElement(block.accessory)}</p>` : '')
    );
  }
  if (block.type === 'input') return renderInput(block);
  return `<pre>${escapeHtml(JSON.stringify(block, null, 2))}</pre>`;
}

/** What a person would fill in, as it looks before; here nobody can. */
function renderInput({ element, hint, label, optional }: SlackBlock): string {
  const { options, type } = isObject(element) ? element : {};
  const mark = type === 'checkboxes' ? '☐' : '○';
  const choices = (Array.isArray(options) ? options : []).map(
    (option) => `<br>${mark} ${renderText(isObject(option) ? option.text : null)}`,
  );
  const field = choices.length > 0 ? choices.join('') : '<br><span class="input"></span>';
  const note = hint === undefined ? '' : `<br><small>${renderText(hint)}</small>`;
  return `<p class="field"><b>${renderText(label)}</b>${optional === true ? ' (optional)' : ''}${field}${note}</p>`;
}

function renderElement(element: unknown): string {
  if (!isObject(element)) return '';
  if (element.type !== 'button') return renderText(element);
  const label = renderText(element.text);
  return isWebAddress(element.url)
    ? `<a class="button" href="${escapeHtml(element.url)}">${label}</a>`
    : `<span class="button">${label}</span>`;
}

function renderText(value: unknown): string {
  if (!isObject(value) || typeof value.text !== 'string') return '';
  if (value.type !== 'mrkdwn') return escapeHtml(value.text);
  const html = parseMrkdwn(value.text).map((piece) =>
    piece.kind === 'text'
      ? escapeHtml(piece.text)
      : `<a href="${escapeHtml(piece.url.replaceAll('`', '%60'))}">${escapeHtml(piece.label || piece.url)}</a>`,
  );
  return renderEmphasis(html.join(''));
}

// Code first: nothing inside it is emphasised. The text is escaped already, so the marks cannot carry markup.
function renderEmphasis(html: string): string {
  return html
    .split(/(```[\s\S]+?```|`[^`\n]+`|<a [^>]*>)/)
    .map((part, index) => {
      if (index % 2 === 0) return emphasise(part);
      if (part.startsWith('```')) return `<code class="block">${part.slice(3, -3).trim()}</code>`;
      return part.startsWith('`') ? `<code>${part.slice(1, -1)}</code>` : part;
    })
    .join('');
}

function emphasise(text: string): string {
  return text
    .replace(/(^|[\s(])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?=$|[\s.,;:!?)<])/gm, '$1<b>$2</b>')
    .replace(/(^|[\s(])_([^\s_](?:[^_\n]*[^\s_])?)_(?=$|[\s.,;:!?)<])/gm, '$1<i>$2</i>')
    .replace(/(^|[\s(])~([^\s~](?:[^~\n]*[^\s~])?)~(?=$|[\s.,;:!?)<])/gm, '$1<s>$2</s>');
}

function linkify(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => {
      if (index % 2 === 0) return escapeHtml(part);
      const url = part.replace(/[.,;:!?)\]]+$/, '');
      return `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>${escapeHtml(part.slice(url.length))}`;
    })
    .join('');
}

function isWebAddress(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//i.test(value);
}

function readableTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const STYLE = `
:root { color-scheme: light dark; --page: #f3f4f6; --card: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --link: #0550ae; --mail: #0969da; --slack: #611f69; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --card: #161b22; --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --link: #79b8ff; --mail: #58a6ff; --slack: #d2a8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 56rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header p, .meta, .context, summary { color: var(--soft); font-size: .875rem; }
h1 { margin: 0; font-size: 1.5rem; } header p { margin: 0 0 1.5rem; }
article { margin: 0 0 1rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--mail); border-radius: 8px; overflow-wrap: anywhere; }
article.slack { border-left-color: var(--slack); }
h2 { margin: 0; font-size: 1.05rem; } h3 { margin: .5rem 0; font-size: 1.1rem; }
.meta { margin: .25rem 0 .75rem; padding-bottom: .75rem; border-bottom: 1px solid var(--line); }
.tag { padding: .05rem .5rem; border: 1px solid var(--line); border-radius: 1rem; } time { float: right; }
pre, code { font-family: ui-monospace, monospace; font-size: .875rem; }
pre { margin: 0; white-space: pre-wrap; } code { padding: .1rem .25rem; border: 1px solid var(--line); border-radius: 4px; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
code.block { display: block; padding: .5rem .75rem; }
.blocks p { margin: .4rem 0; white-space: pre-line; } .blocks p.context { white-space: normal; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 0 1.5rem; }
a { color: var(--link); } .button { display: inline-block; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 6px; color: inherit; text-decoration: none; }
.input { display: inline-block; width: min(24rem, 100%); height: 2rem; border: 1px solid var(--line); border-radius: 6px; }
hr { border: 0; border-top: 1px solid var(--line); } .empty { color: var(--soft); }
`;
