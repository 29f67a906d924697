import { html, raw } from 'hono/html';
import { cutInside } from '../../core/message/words/words.ts';
import { escaped } from '../components/lean.ts';
import type { Markup } from '../components/markup.ts';

/** What becomes of a box or a line: in use, unused and staying, or taken away by a proposed edit. */
export type Fate = 'used' | 'stays' | 'goes';

/** One box of a diagram. */
export interface PathNode {
  readonly id: string;
  /** 0: the identity, 1: who bears the policy, 2: policies, 3: services. */
  readonly column: 0 | 1 | 2 | 3;
  readonly title: string;
  /** A second line, such as `AWS-managed policy`; it says the fate in words. */
  readonly detail: string;
  readonly fate: Fate;
}

/** A line between two boxes. */
export interface PathEdge {
  readonly from: string;
  readonly to: string;
  readonly fate: Fate;
  /** A proposed edit cuts it right here. */
  readonly isCut: boolean;
}

const boxHeight = 44;
const rowGap = 14;
const columnGap = 56;
const narrowestBox = 96;
/** Of a wide system font in bold, in pixels a character; the second line is smaller and not bold. */
const characterWidths: readonly (readonly [RegExp, number])[] = [
  [/[mwMW@%]/, 14],
  [/[A-Z_+=]/, 10.8],
  [/[fijlrt.,:;'!|() -]/, 6.6],
  [/[ -~]/, 9.6],
];
/** Of a character that is none of ASCII. */
const widestCharacter = 14;
const detailRatio = 0.8;
const padding = 12;
/** Longer names lose their middle: the table beside the diagram has them whole. */
const longestText = 30;

/** How access comes to an identity, drawn from left to right. `label` says the same in words to whoever cannot see it. */
export function pathsDiagram(nodes: readonly PathNode[], edges: readonly PathEdge[], label: string): Markup {
  const places = place(nodes, edges);
  const width = Math.ceil(Math.max(...[...places.values()].map(({ right }) => right)) + 2);
  const height = Math.ceil(Math.max(...[...places.values()].map(({ bottom }) => bottom)) + 2);
  const lines = edges.flatMap((edge) => {
    const start = places.get(edge.from);
    const end = places.get(edge.to);
    return start && end ? [line(start, places.get(detourOf(edge)), end, edge)] : [];
  });
  const boxes = nodes.flatMap((node) => {
    const at = places.get(node.id);
    return at ? [box(node, at)] : [];
  });
  return html`<div class="paths" role="region" tabindex="0" aria-label="Diagram: ${label}"><svg role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${raw([...lines, ...boxes].join(''))}</svg></div>`;
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What takes part in the layout: boxes, and room for lines that pass a column by. */
interface Slot {
  readonly id: string;
  readonly column: number;
  readonly width: number;
  readonly height: number;
}

function place(nodes: readonly PathNode[], edges: readonly PathEdge[]): ReadonlyMap<string, Place> {
  const columnOf = new Map(nodes.map(({ column, id }) => [id, column as number]));
  const before = new Map<string, string[]>();
  const isBetween = nodes.some(({ column }) => column === 1);
  const detours: Slot[] = [];
  for (const edge of edges) {
    const passes = isBetween && (columnOf.get(edge.to) ?? 0) - (columnOf.get(edge.from) ?? 0) > 1;
    const detour = detourOf(edge);
    if (passes) detours.push({ id: detour, column: 1, width: 0, height: rowGap });
    if (passes) before.set(detour, [edge.from]);
    before.set(edge.to, [...(before.get(edge.to) ?? []), passes ? detour : edge.from]);
  }
  const slots: readonly Slot[] = [...nodes.map(slotOf), ...detours];
  const columns = ([0, 1, 2, 3] as const)
    .map((column) => slots.filter((slot) => slot.column === column))
    .filter((column) => column.length > 0);
  const whole = Math.max(...columns.map(heightOf));
  const places = new Map<string, Place>();
  let left = 1;
  for (const column of columns) {
    const middle = ({ id }: Slot): number => {
      const sources = (before.get(id) ?? []).flatMap((source) => places.get(source) ?? []);
      return sources.reduce((sum, { bottom, top }) => sum + (top + bottom) / 2, 0) / (sources.length || 1);
    };
    const width = Math.max(narrowestBox, ...column.map((slot) => slot.width));
    let top = 1 + (whole - heightOf(column)) / 2;
    // Boxes stand in the order of what leads to them: fewer lines cross.
    for (const { height, id } of [...column].sort((a, b) => middle(a) - middle(b))) {
      places.set(id, { left, top, right: left + width, bottom: top + height });
      top += height + rowGap;
    }
    left += width + columnGap;
  }
  return places;
}

function slotOf({ column, detail, id, title }: PathNode): Slot {
  const text = Math.max(widthOf(cut(title)), widthOf(cut(detail)) * detailRatio);
  return { id, column, width: Math.round(text + 2 * padding), height: boxHeight };
}

function widthOf(text: string): number {
  const widths = Array.from(
    text,
    (sign) => characterWidths.find(([pattern]) => pattern.test(sign))?.[1] ?? widestCharacter,
  );
  return widths.reduce((sum, width) => sum + width, 0);
}

function heightOf(column: readonly Slot[]): number {
  return column.reduce((sum, { height }) => sum + height + rowGap, -rowGap);
}

function detourOf({ from, to }: Pick<PathEdge, 'from' | 'to'>): string {
  return `past ${from} ${to}`;
}

function box({ detail, fate, title }: PathNode, { bottom, left, right, top }: Place): string {
  const frame = `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="6" class="${fate}"/>`;
  const text = (content: string, y: number, kind: string): string =>
    `<text x="${left + padding}" y="${y}" class="${kind}">${escaped(cut(content))}</text>`;
  return `${frame}${text(title, top + 19, 'title')}${text(detail, top + 35, 'detail')}`;
}

/** A line bends between two columns and is straight past a third; a cross marks where an edit cuts it. */
function line(start: Place, past: Place | undefined, end: Place, { fate, isCut }: PathEdge): string {
  const from = { x: start.right, y: middleOf(start) };
  const to = { x: end.left, y: middleOf(end) };
  const bend = (a: { x: number; y: number }, b: { x: number; y: number }): string => {
    const x = (a.x + b.x) / 2;
    return `C${x} ${a.y} ${x} ${b.y} ${b.x} ${b.y}`;
  };
  const [enters, leaves] = past
    ? [
        { x: past.left, y: middleOf(past) },
        { x: past.right, y: middleOf(past) },
      ]
    : [to, to];
  const way = past ? `${bend(from, enters)}H${leaves.x}${bend(leaves, to)}` : bend(from, to);
  const middle = past
    ? { x: (past.left + past.right) / 2, y: middleOf(past) }
    : { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const cross = `<path d="M${middle.x - 6} ${middle.y - 6}l12 12m0 -12l-12 12" class="cut"/>`;
  return `<path d="M${from.x} ${from.y}${way}" class="${fate}"/>${isCut ? cross : ''}`;
}

function middleOf({ bottom, top }: Place): number {
  return (top + bottom) / 2;
}

function cut(text: string): string {
  return cutInside(text, longestText);
}
