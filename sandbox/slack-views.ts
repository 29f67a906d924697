import { isObject } from './json.ts';
import { type BlockProblem, checkBlocks, type SlackBlock } from './slack-blocks.ts';

/** A modal that passed `checkView`. */
export interface ModalView {
  readonly type: 'modal';
  readonly title: { readonly text: string };
  readonly submit?: { readonly text: string };
  readonly callback_id?: string;
  readonly private_metadata?: string;
  readonly blocks: readonly SlackBlock[];
}

// Limits of Slack's reference "Modal views", in elements, characters and bytes; the last is an error of `views.open`.
const LIMITS = { blocks: 100, title: 24, callback: 255, metadata: 3000, bytes: 250 * 1024 } as const;

/** Every breach of what Slack asks of a modal; an empty list means that Slack would open it. */
export function checkView(view: unknown): readonly BlockProblem[] {
  if (!isObject(view)) return ['[ERROR] must be an object [json-pointer:/view]'];
  const problems: BlockProblem[] = [];
  const report = (place: string, sentence: string): void => {
    problems.push(`[ERROR] ${sentence} [json-pointer:/view${place}]`);
  };
  if (view.type !== 'modal') report('/type', 'must be modal');
  for (const name of ['title', 'submit', 'close']) {
    const text = view[name];
    if (text === undefined && name !== 'title') continue;
    if (!isObject(text) || text.type !== 'plain_text' || typeof text.text !== 'string' || text.text === '')
      report(`/${name}`, 'must be a plain_text object');
    else if (text.text.length > LIMITS.title)
      report(`/${name}/text`, `must be less than ${LIMITS.title + 1} characters`);
  }
  for (const [name, most] of [
    ['callback_id', LIMITS.callback],
    ['private_metadata', LIMITS.metadata],
  ] as const) {
    const text = view[name];
    if (text !== undefined && (typeof text !== 'string' || text.length > most))
      report(`/${name}`, `must be a string of at most ${most} characters`);
  }
  const asks = Array.isArray(view.blocks) && view.blocks.some((block) => block?.type === 'input');
  if (asks && view.submit === undefined) report('/submit', 'a modal with input blocks needs submit');
  if (JSON.stringify(view).length > LIMITS.bytes) report('', 'view_too_large');
  return [...problems, ...checkBlocks(view.blocks, LIMITS.blocks)];
}

/** What a person fills in or chooses, by the `block_id` of the input. */
export type Entered = Readonly<Record<string, string | readonly string[]>>;

/** `state.values` of a submission: what was entered, and Slack's empty value for every other input. Throws for what nobody could enter. */
export function stateOf(view: ModalView, entered: Entered): Readonly<Record<string, unknown>> {
  const inputs = view.blocks.filter(({ type }) => type === 'input');
  for (const block of Object.keys(entered))
    if (!inputs.some(({ block_id }) => block_id === block))
      throw new Error(`the modal has no field ${block}`);
  return Object.fromEntries(
    inputs.map((block) => {
      const id = String(block.block_id);
      const element = block.element as SlackBlock;
      const given = entered[id];
      if (given === undefined && block.optional !== true) throw new Error(`Slack asks for ${id} itself`);
      return [id, { [String(element.action_id)]: { type: element.type, ...enteredIn(element, given, id) } }];
    }),
  );
}

function enteredIn(element: SlackBlock, given: string | readonly string[] | undefined, id: string): object {
  if (element.type === 'plain_text_input') return { value: given ?? null };
  if (element.type === 'datepicker') return { selected_date: given ?? null };
  const options = element.options as readonly { readonly value: string }[];
  const chosen = [given ?? []].flat().map((value) => {
    const option = options.find((each) => each.value === value);
    if (!option) throw new Error(`the field ${id} does not offer ${value}`);
    return option;
  });
  return element.type === 'checkboxes'
    ? { selected_options: chosen }
    : { selected_option: chosen[0] ?? null };
}
