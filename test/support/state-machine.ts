import { readFileSync } from 'node:fs';
import { StateMachine } from 'aws-local-stepfunctions';

// The interpreter asks for it, and Node.js has it from version 22 on.
(Promise as { withResolvers?: unknown }).withResolvers ??= () => {
  let resolve: unknown;
  let reject: unknown;
  const promise = new Promise((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
};

/** A function as Lambda runs it for a state machine: what it throws is an error of this name. */
export type Invoked = (input: unknown) => Promise<unknown>;

/** How Step Functions names the end of a function that was killed or ran out of time. */
export function lambdaError(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/** An execution as it went: its result, and the states that were entered, in order, and those that were tried again. */
export interface Execution {
  readonly result: unknown;
  readonly entered: readonly string[];
  readonly retried: readonly string[];
}

type Definition = ConstructorParameters<typeof StateMachine>[0];

/** A definition of `deploy/` that is ready to be executed, and the names of its states that wait. */
interface Machine {
  readonly machine: StateMachine;
  readonly waits: readonly string[];
}

/** By file: to check a definition costs more than to execute it, and each execution is its own. */
const machines = new Map<string, Machine>();

/** The definition in a file of `deploy/`, with a function for each placeholder. */
function machineOf(file: string): Machine {
  const known = machines.get(file);
  if (known) return known;
  const text = readFileSync(`deploy/${file}`, 'utf8');
  const definition: Definition = JSON.parse(
    text.replaceAll(/\$\{\w+\}/g, 'arn:aws:lambda:us-east-1:111111111111:function:local'),
  );
  const made = { machine: new StateMachine(definition), waits: waitsIn(definition) };
  machines.set(file, made);
  return made;
}

/** The names of all states of a definition that wait, those within a Map among them. */
function waitsIn({ States: states }: Pick<Definition, 'States'>): readonly string[] {
  return Object.entries(states).flatMap(([name, state]) => {
    if (state.Type === 'Map' && state.ItemProcessor) return waitsIn(state.ItemProcessor);
    return state.Type === 'Wait' ? [name] : [];
  });
}

/**
 * Executes a definition of `deploy/` with a local interpreter; the functions are given by state. No wait takes time. A Map in the
 * mode DISTRIBUTED runs as an inline one: the same states and items, but no child executions of their own.
 */
export async function execute(
  file: string,
  input: object,
  id: string,
  tasks: Readonly<Record<string, Invoked>>,
): Promise<Execution> {
  const entered: string[] = [];
  const retried: string[] = [];
  const { machine, waits } = machineOf(file);
  const handlers = Object.entries(tasks).map(([state, invoke]) => {
    // A payload is JSON.
    const task = async (payload: unknown) => JSON.parse(JSON.stringify((await invoke(payload)) ?? null));
    return [state, task];
  });
  const never = Object.fromEntries([...Object.keys(tasks), ...waits].map((state) => [state, 0]));
  const { eventLogs, result } = machine.run(JSON.parse(JSON.stringify(input)), {
    context: { Execution: { Id: id, Input: input } } as never,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      ...{ waitTimeOverrides: never, retryIntervalOverrides: never },
    },
  });
  const ended = result.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  for await (const event of eventLogs) {
    if (event.type === 'StateRetried') retried.push(event.state.name);
    if (event.type === 'StateEntered') entered.push(event.state.name);
  }
  const end = await ended;
  if ('error' in end) throw end.error;
  return { result: end.value, entered, retried };
}
