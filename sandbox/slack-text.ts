import { isObject } from './json.ts';
import type { SlackBlock } from './slack-blocks.ts';

/** A piece of Slack markup: plain words, or a link with its label. */
export type MrkdwnPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly url: string; readonly label: string };

const MARKUP = /<([^<>\n]+)>/g;

/** Slack's mrkdwn taken apart into words and links; mentions and dates become the words that Slack would show. */
export function parseMrkdwn(source: string): readonly MrkdwnPiece[] {
  const pieces: MrkdwnPiece[] = [];
  let end = 0;
  for (const match of source.matchAll(MARKUP)) {
    addText(pieces, unescapeMrkdwn(source.slice(end, match.index)));
    end = match.index + match[0].length;
    const piece = readMarkup(match[1] ?? '');
    if (piece.kind === 'text') addText(pieces, piece.text);
    else pieces.push(piece);
  }
  addText(pieces, unescapeMrkdwn(source.slice(end)));
  return pieces;
}

/** Slack's mrkdwn as plain text: a link becomes its label followed by its plain URL. */
export function plainMrkdwn(source: string): string {
  const pieces = parseMrkdwn(source);
  let plain = '';
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind === 'text') {
      plain += piece.text;
      continue;
    }
    plain += piece.label === '' || piece.label === piece.url ? piece.url : `${piece.label}: ${piece.url}`;
    // A full stop right after a URL would become part of it for whoever clicks or copies it.
    const next = pieces[index + 1];
    if (next?.kind === 'link' || (next?.kind === 'text' && !/^\s/.test(next.text))) plain += ' ';
  }
  return plain;
}

/** A whole Slack message as plain text: its notification text, then what its blocks say, with links as plain URLs. */
export function plainMessage(text: string, blocks: readonly SlackBlock[]): string {
  const parts = [plainMrkdwn(text), ...blocks.map(plainBlock)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The words of one text object (`plain_text` or `mrkdwn`); empty for anything else. */
function plainText(value: unknown): string {
  if (!isObject(value) || typeof value.text !== 'string') return '';
  return value.type === 'mrkdwn' ? plainMrkdwn(value.text) : value.text;
}

function plainBlock(block: SlackBlock): string {
  if (block.type === 'divider') return '---';
  if (block.type === 'image') return String(block.alt_text ?? '');
  if (block.type === 'markdown') return String(block.text ?? '');
  if (block.type === 'context') return elementsOf(block).map(plainElement).join('  ');
  if (block.type === 'actions') return elementsOf(block).map(plainElement).join('\n');
  if (block.type === 'header') return plainText(block.text);
  if (block.type === 'section') {
    const fields = Array.isArray(block.fields) ? block.fields.map(plainText) : [];
    const accessory = isObject(block.accessory) ? plainElement(block.accessory) : '';
    return [plainText(block.text), ...fields, accessory].filter((part) => part !== '').join('\n');
  }
  return collectWords(block).join(' ');
}

function plainElement(element: unknown): string {
  if (!isObject(element)) return '';
  if (element.type === 'image') return String(element.alt_text ?? '');
  if (element.type !== 'button') return plainText(element);
  const label = `[${plainText(element.text)}]`;
  return typeof element.url === 'string' ? `${label} ${element.url}` : label;
}

/** The `elements` list of a block, empty where there is none. */
export function elementsOf(block: SlackBlock): readonly unknown[] {
  return Array.isArray(block.elements) ? block.elements : [];
}

// Rich text and tables nest freely: their words and URLs in reading order are what a plain reader gets.
function collectWords(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(collectWords);
  if (!isObject(value)) return [];
  const own = [value.text, value.url].filter((word): word is string => typeof word === 'string');
  const nested = Object.values(value).filter((child) => typeof child === 'object');
  return [...own, ...nested.flatMap(collectWords)];
}

function readMarkup(inner: string): MrkdwnPiece {
  const bar = inner.indexOf('|');
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? '' : unescapeMrkdwn(inner.slice(bar + 1));
  if (target.startsWith('@')) return { kind: 'text', text: label === '' ? target : `@${label}` };
  if (target.startsWith('#')) return { kind: 'text', text: label === '' ? target : `#${label}` };
  if (target.startsWith('!date^')) return { kind: 'text', text: label };
  if (target.startsWith('!')) return { kind: 'text', text: label === '' ? `@${target.slice(1)}` : label };
  const url = unescapeMrkdwn(target);
  if (/^(https?:\/\/|mailto:)/i.test(url)) return { kind: 'link', url, label };
  return { kind: 'text', text: `<${unescapeMrkdwn(inner)}>` };
}

function unescapeMrkdwn(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function addText(pieces: MrkdwnPiece[], text: string): void {
  if (text !== '') pieces.push({ kind: 'text', text });
}
