import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const folder = join(import.meta.dirname, '../../docs/iam');
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
const validators = new Map(
  readdirSync(folder).map((name) => [
    name.replace('.schema.json', ''),
    ajv.compile(JSON.parse(readFileSync(join(folder, name), 'utf8'))),
  ]),
);

/** The committed schemas of `/iam`, by file name. */
export function committedIamSchemas(): ReadonlyMap<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const routes: readonly (readonly [method: string, path: RegExp, answer: string])[] = [
  ['GET', /^\/iam\/changes$/, 'changes'],
  ['GET', /^\/iam\/changes\/[^/]+$/, 'change'],
  ['POST', /^\/iam\/changes\/[^/]+\/[^/]+$/, 'change'],
  ['POST', /^\/iam\/reviews$/, 'review-request'],
  ['GET', /^\/iam\/reviews\/[^/]+$/, 'review-status'],
  ['GET', /^\/iam\/decisions(\?.*)?$/, 'decisions'],
  ['GET', /^\/iam\/exemptions$/, 'exemptions'],
  ['POST', /^\/iam\/exemptions\/[^/]+\/lift$/, 'exemption-lifted'],
];

/** Why an answer of `/iam` is not what its schema says, or null. An answer with a message alone says why nothing is answered. */
export function answerProblem(method: string, path: string, text: string): string | null {
  const [, , name] =
    routes.find(([verb, route]) => verb === method && route.test(path.split('?')[0] ?? '')) ?? [];
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : null;
  if (typeof body !== 'object' || body === null || 'message' in body || name === undefined) return null;
  const answer = 'refusals' in body ? 'refusal' : name;
  const validate = validators.get(answer);
  if (!validate) return `${answer}: there is no schema`;
  return validate(body) ? null : `${method} ${path}: ${ajv.errorsText(validate.errors)}`;
}
