import { shortened, visibleLines, visibleText } from '../../core/message/words/visible-text.ts';

const nameKeys = new Set(['name', 'policyName', 'serviceName']);
const policyTextKeys = new Set(['before', 'after']);
const nameLength = 120;
const sentenceLength = 1500;

/**
 * The result as people may look at it: every text with its control characters written out, names and sentences cut to a
 * bearable length. Policy texts keep their lines and their length. Done once and for every field, so that no view can forget one.
 */
export function presentable<Shown>(result: Shown): Shown {
  return presentableValue(result, '') as Shown;
}

/** One name as people may look at it. */
export function presentableName(name: string): string {
  return shortened(visibleText(name), nameLength);
}

function presentableValue(value: unknown, key: string): unknown {
  if (typeof value === 'string') return presentableText(value, key);
  if (Array.isArray(value)) return value.map((item) => presentableValue(item, key));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [
    visibleText(name),
    presentableValue(item, name),
  ]);
  return Object.fromEntries(entries);
}

function presentableText(text: string, key: string): string {
  if (policyTextKeys.has(key)) return visibleLines(text);
  if (nameKeys.has(key)) return presentableName(text);
  return shortened(visibleText(text), sentenceLength);
}
