import { html, raw } from 'hono/html';
import { escaped } from '../components/lean.ts';
import type { Markup } from '../components/markup.ts';

/** One box of a diagram. */
export interface PathNode {
  readonly id: string;
  /** 0: the identity, 1: groups, 2: policies, 3: services. */
  readonly column: 0 | 1 | 2 | 3;
  readonly title: string;
  /** A second line, such as `AWS-managed`. */
  readonly detail: string;
  /** Drawn with a broken line, and said in words by `detail`. */
  readonly isUnused: boolean;
}

/** A line between two boxes. */
export interface PathEdge {
  readonly from: string;
  readonly to: string;
  readonly isUnused: boolean;
}

const boxHeight = 44;
const rowGap = 14;
const columnGap = 46;
const narrowestBox = 110;
const characterWidth = 7.1;
const padding = 12;
/** Longer names are cut: the table beside the diagram has them whole. */
const longestText = 34;

/** How access comes to an identity, drawn from left to right. `label` says the same in words to whoever cannot see it. */
export function pathsDiagram(nodes: readonly PathNode[], edges: readonly PathEdge[], label: string): Markup {
  const placed = place(nodes);
  const width = Math.max(...[...placed.values()].map(({ right }) => right)) + 2;
  const height = Math.max(...[...placed.values()].map(({ bottom }) => bottom)) + 2;
  const lines = edges.flatMap(({ from, isUnused, to }) => {
    const start = placed.get(from);
    const end = placed.get(to);
    return start && end ? [line(start, end, isUnused)] : [];
  });
  const boxes = nodes.flatMap((node) => {
    const at = placed.get(node.id);
    return at ? [box(node, at)] : [];
  });
  return html`<div class="paths" role="region" tabindex="0" aria-label="Diagram of the paths of access"><svg role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${raw([...lines, ...boxes].join(''))}</svg></div>`;
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function place(nodes: readonly PathNode[]): ReadonlyMap<string, Place> {
  const columns = ([0, 1, 2, 3] as const)
    .map((column) => nodes.filter((node) => node.column === column))
    .filter((column) => column.length > 0);
  const tallest = Math.max(...columns.map((column) => column.length));
  const whole = tallest * (boxHeight + rowGap) - rowGap;
  const places = new Map<string, Place>();
  let left = 1;
  for (const column of columns) {
    const width = Math.max(narrowestBox, ...column.map(widthOf));
    const taken = column.length * (boxHeight + rowGap) - rowGap;
    for (const [index, { id }] of column.entries()) {
      const top = 1 + (whole - taken) / 2 + index * (boxHeight + rowGap);
      places.set(id, { left, top, right: left + width, bottom: top + boxHeight });
    }
    left += width + columnGap;
  }
  return places;
}

function widthOf({ detail, title }: PathNode): number {
  const longest = Math.max(cut(title).length, cut(detail).length);
  return Math.round(longest * characterWidth + 2 * padding);
}

function box({ detail, isUnused, title }: PathNode, { bottom, left, right, top }: Place): string {
  const frame = `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="6"${isUnused ? ' class="unused"' : ''}/>`;
  const text = (content: string, y: number, kind: string): string =>
    `<text x="${left + padding}" y="${y}" class="${kind}">${escaped(cut(content))}</text>`;
  return `${frame}${text(title, top + 19, 'title')}${text(detail, top + 35, 'detail')}`;
}

function line(start: Place, end: Place, isUnused: boolean): string {
  const startY = (start.top + start.bottom) / 2;
  const endY = (end.top + end.bottom) / 2;
  const bend = (start.right + end.left) / 2;
  return `<path d="M${start.right} ${startY}C${bend} ${startY} ${bend} ${endY} ${end.left} ${endY}"${isUnused ? ' class="unused"' : ''}/>`;
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}
