import { isObject } from './json.ts';
/** A Block Kit block as it came over the wire: nothing about it is known before `checkBlocks` has passed it. */
export interface SlackBlock {
  readonly type?: unknown;
  readonly [field: string]: unknown;
}

/** What is wrong with a message's blocks: Slack's sentence with the JSON pointer of the place. */
export type BlockProblem = string;

// Limits of Slack's Block Kit reference (blocks, composition objects and block elements), in characters and elements.
const LIMITS = {
  blocks: 50,
  header: 150,
  sectionText: 3000,
  fields: 10,
  fieldText: 2000,
  actionElements: 25,
  contextElements: 10,
  buttonText: 75,
  url: 3000,
  value: 2000,
  identifier: 255,
  imageUrl: 3000,
  alternativeText: 2000,
  label: 2000,
  placeholder: 150,
  options: 10,
  optionText: 75,
  optionValue: 150,
} as const;

const INPUTS = new Set(['plain_text_input', 'datepicker', 'radio_buttons', 'checkboxes']);

const BLOCK_TYPES = new Set([
  'header',
  'section',
  'divider',
  'context',
  'actions',
  'image',
  'rich_text',
  'markdown',
  'table',
  'input',
  'video',
  'file',
  'alert',
  'card',
  'carousel',
]);

type Report = (place: string, sentence: string) => void;

/** Every breach of Block Kit's limits and required fields; an empty list means that Slack would show the blocks. `most`: so many a surface takes. */
export function checkBlocks(blocks: unknown, most: number = LIMITS.blocks): readonly BlockProblem[] {
  const problems: BlockProblem[] = [];
  const report: Report = (place, sentence) => {
    problems.push(`[ERROR] ${sentence} [json-pointer:${place}]`);
  };
  if (!Array.isArray(blocks)) {
    report('/blocks', 'must be an array');
    return problems;
  }
  if (blocks.length > most) report('/blocks', `no more than ${most} items allowed`);
  const identifiers = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    const place = `/blocks/${index}`;
    if (!isObject(block)) {
      report(place, 'must be an object');
      continue;
    }
    checkIdentifier(block, place, identifiers, report);
    checkBlock(block, place, report);
  }
  return problems;
}

function checkIdentifier(block: SlackBlock, place: string, seen: Set<string>, report: Report): void {
  const identifier = block.block_id;
  if (identifier === undefined) return;
  if (typeof identifier !== 'string' || identifier.length > LIMITS.identifier) {
    report(`${place}/block_id`, `must be a string of at most ${LIMITS.identifier} characters`);
    return;
  }
  if (seen.has(identifier)) report(`${place}/block_id`, `block_id ${identifier} already exists`);
  seen.add(identifier);
}

function checkBlock(block: SlackBlock, place: string, report: Report): void {
  if (typeof block.type !== 'string' || !BLOCK_TYPES.has(block.type)) {
    report(`${place}/type`, `unsupported type: ${String(block.type)}`);
    return;
  }
  if (block.type === 'header') checkText(block.text, `${place}/text`, LIMITS.header, ['plain_text'], report);
  if (block.type === 'section') checkSection(block, place, report);
  if (block.type === 'context') checkContext(block, place, report);
  if (block.type === 'actions') checkActions(block, place, report);
  if (block.type === 'image') checkImage(block, place, report);
  if (block.type === 'input') checkInput(block, place, report);
}

function checkInput(block: SlackBlock, place: string, report: Report): void {
  checkText(block.label, `${place}/label`, LIMITS.label, ['plain_text'], report);
  if (block.hint !== undefined) checkText(block.hint, `${place}/hint`, LIMITS.label, ['plain_text'], report);
  if (isObject(block.element)) checkInputElement(block.element, `${place}/element`, report);
  else report(`${place}/element`, 'missing required field: element');
}

function checkInputElement(element: SlackBlock, place: string, report: Report): void {
  if (typeof element.type !== 'string' || !INPUTS.has(element.type)) {
    report(`${place}/type`, `unsupported type: ${String(element.type)}`);
    return;
  }
  checkLength(element.action_id, `${place}/action_id`, LIMITS.identifier, report);
  if (element.placeholder !== undefined)
    checkText(element.placeholder, `${place}/placeholder`, LIMITS.placeholder, ['plain_text'], report);
  if (element.type === 'radio_buttons' || element.type === 'checkboxes') checkOptions(element, place, report);
}

function checkOptions(element: SlackBlock, place: string, report: Report): void {
  const options = listOf(element.options, `${place}/options`, LIMITS.options, report);
  for (const [index, option] of options.entries()) {
    const where = `${place}/options/${index}`;
    if (!isObject(option)) {
      report(where, 'must be an object');
      continue;
    }
    checkText(option.text, `${where}/text`, LIMITS.optionText, ANY_TEXT, report);
    if (option.value === undefined) report(`${where}/value`, 'missing required field: value');
    checkLength(option.value, `${where}/value`, LIMITS.optionValue, report);
  }
}

function checkSection(block: SlackBlock, place: string, report: Report): void {
  if (block.text === undefined && block.fields === undefined) {
    report(place, 'missing required field: text or fields');
    return;
  }
  if (block.text !== undefined) checkText(block.text, `${place}/text`, LIMITS.sectionText, ANY_TEXT, report);
  if (isObject(block.accessory)) checkElement(block.accessory, `${place}/accessory`, report);
  if (block.fields === undefined) return;
  for (const [index, field] of listOf(block.fields, `${place}/fields`, LIMITS.fields, report).entries()) {
    checkText(field, `${place}/fields/${index}`, LIMITS.fieldText, ANY_TEXT, report);
  }
}

function checkContext(block: SlackBlock, place: string, report: Report): void {
  const elements = listOf(block.elements, `${place}/elements`, LIMITS.contextElements, report);
  for (const [index, element] of elements.entries()) {
    const where = `${place}/elements/${index}`;
    if (isObject(element) && element.type === 'image') checkImage(element, where, report);
    else checkText(element, where, LIMITS.sectionText, ANY_TEXT, report);
  }
}

function checkActions(block: SlackBlock, place: string, report: Report): void {
  const elements = listOf(block.elements, `${place}/elements`, LIMITS.actionElements, report);
  for (const [index, element] of elements.entries()) {
    if (isObject(element)) checkElement(element, `${place}/elements/${index}`, report);
    else report(`${place}/elements/${index}`, 'must be an object');
  }
}

function checkElement(element: SlackBlock, place: string, report: Report): void {
  if (typeof element.type !== 'string') {
    report(`${place}/type`, 'missing required field: type');
    return;
  }
  if (element.type !== 'button') return;
  checkText(element.text, `${place}/text`, LIMITS.buttonText, ['plain_text'], report);
  checkLength(element.url, `${place}/url`, LIMITS.url, report);
  checkLength(element.value, `${place}/value`, LIMITS.value, report);
  checkLength(element.action_id, `${place}/action_id`, LIMITS.identifier, report);
}

function checkImage(block: SlackBlock, place: string, report: Report): void {
  if (typeof block.alt_text !== 'string') report(`${place}/alt_text`, 'missing required field: alt_text');
  checkLength(block.alt_text, `${place}/alt_text`, LIMITS.alternativeText, report);
  checkLength(block.image_url, `${place}/image_url`, LIMITS.imageUrl, report);
}

const ANY_TEXT: readonly string[] = ['plain_text', 'mrkdwn'];

function checkText(
  value: unknown,
  place: string,
  limit: number,
  types: readonly string[],
  report: Report,
): void {
  if (!isObject(value)) {
    report(place, 'must be a text object');
    return;
  }
  if (typeof value.type !== 'string' || !types.includes(value.type)) {
    report(`${place}/type`, `must be ${types.join(' or ')}`);
  }
  if (typeof value.text !== 'string' || value.text.length === 0) {
    report(`${place}/text`, 'must be more than 0 characters');
    return;
  }
  checkLength(value.text, `${place}/text`, limit, report);
}

function checkLength(value: unknown, place: string, limit: number, report: Report): void {
  if (value === undefined) return;
  if (typeof value !== 'string') report(place, 'must be a string');
  else if (value.length > limit) report(place, `must be less than ${limit + 1} characters`);
}

function listOf(value: unknown, place: string, limit: number, report: Report): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) {
    report(place, 'must be an array of at least 1 item');
    return [];
  }
  if (value.length > limit) report(place, `no more than ${limit} items allowed`);
  return value;
}
