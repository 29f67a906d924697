import { type JsonBody, JsonError, jsonInput, jsonService } from '../json-protocol.ts';
import type { SandboxService } from '../service.ts';

const prefix = 'AWSStepFunctions.';

interface Definition {
  readonly StartAt?: string;
  readonly States?: Readonly<
    Record<
      string,
      {
        readonly Next?: string;
        readonly Default?: string;
        readonly Choices?: readonly { readonly Next?: string }[];
      }
    >
  >;
}

/** States that are named and not there; null where the text is no definition at all. */
const missingIn = (text: string): readonly string[] | null => {
  try {
    const { StartAt, States = {} } = JSON.parse(text) as Definition;
    const named = [
      StartAt,
      ...Object.values(States).flatMap(({ Choices = [], Default, Next }) => [
        ...[Next, Default],
        ...Choices.map((choice) => choice.Next),
      ]),
    ];
    return named.filter((name) => name !== undefined && !Object.hasOwn(States, name)) as readonly string[];
  } catch {
    return null;
  }
};

const validated = ({ definition }: JsonBody): JsonBody => {
  const missing = missingIn(String(definition));
  const problems =
    missing === null ? ['The definition is not JSON'] : missing.map((name) => `Missing state ${name}`);
  return {
    result: problems.length === 0 ? 'OK' : 'FAIL',
    diagnostics: problems.map((message) => ({
      severity: 'ERROR',
      code: 'SCHEMA_VALIDATION_FAILED',
      message,
    })),
    truncated: false,
  };
};

/** Step Functions' ValidateStateMachineDefinition (JSON 1.0): whether every state that is named is there. Nothing is ever started. */
export const createStates = (): SandboxService =>
  jsonService({
    service: 'states',
    prefix,
    answer: (request, name) => {
      if (name !== 'ValidateStateMachineDefinition')
        throw new JsonError('UnknownOperationException', `No operation ${name}`);
      return validated(jsonInput(request));
    },
  });
