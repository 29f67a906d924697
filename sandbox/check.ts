import { isObject } from './json.ts';
import { ScenarioError } from './scenario.ts';

/** Throws a ScenarioError that names the path if the value is not as it must be. */
export type Check = (value: unknown, path: string) => void;

/** Throws the ScenarioError of a path. */
export const fail = (path: string, what: string): never => {
  throw new ScenarioError(`${path}: ${what}`);
};

/** A value as an error shows it, cut where it is long. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** A text that matches the pattern; `what` says in words what is wanted. */
export const text =
  (pattern: RegExp, what: string): Check =>
  (value, path) => {
    if (typeof value !== 'string' || !pattern.test(value))
      fail(path, `expected ${what}, found ${shown(value)}`);
  };
/** Any text that is not empty. */
export const anyText = text(/^[\s\S]+$/, 'a text that is not empty');
/** True or false. */
export const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') fail(path, `expected true or false, found ${shown(value)}`);
};
/** One of these texts. */
export const oneOf =
  (...values: readonly string[]): Check =>
  (value, path) => {
    if (typeof value !== 'string' || !values.includes(value))
      fail(path, `expected one of ${values.join(', ')}, found ${shown(value)}`);
  };
/** A number of 0 or more. */
export const notNegative: Check = (value, path) => {
  if (typeof value !== 'number' || !(value >= 0))
    fail(path, `expected a number of 0 or more, found ${shown(value)}`);
};
/** Any number. */
export const number: Check = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value))
    fail(path, `expected a number, found ${shown(value)}`);
};
/** A number above 0. */
export const positive: Check = (value, path) => {
  if (typeof value !== 'number' || !(value > 0))
    fail(path, `expected a number above 0, found ${shown(value)}`);
};
/** A list of which every item passes the check. */
export const list =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return fail(path, `expected a list, found ${shown(value)}`);
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`);
  };
/** An object whose keys and values pass their checks. */
export const map =
  (key: Check, check: Check): Check =>
  (value, path) => {
    if (!isObject(value)) return fail(path, `expected an object, found ${shown(value)}`);
    for (const [name, item] of Object.entries(value)) {
      key(name, `${path}.${name}`);
      check(item, `${path}.${name}`);
    }
  };
/** An object with these keys and no others. */
export const shape =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, path) => {
    if (!isObject(value)) return fail(path, `expected an object, found ${shown(value)}`);
    for (const [name, check] of Object.entries(required)) {
      if (value[name] === undefined) fail(`${path}.${name}`, 'missing');
      check(value[name], `${path}.${name}`);
    }
    for (const [name, item] of Object.entries(value)) {
      if (name in required) continue;
      const check = optional[name];
      if (check === undefined)
        return fail(
          `${path}.${name}`,
          `unknown key; known here: ${[...Object.keys(required), ...Object.keys(optional)].join(', ')}`,
        );
      check(item, `${path}.${name}`);
    }
  };
/** A whole number of 1 or more. */
export const count: Check = (value, path) => {
  if (!Number.isInteger(value) || (value as number) < 1)
    fail(path, `expected a whole number of 1 or more, found ${shown(value)}`);
};
