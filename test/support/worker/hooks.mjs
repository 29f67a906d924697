import { compile } from './compile.cjs';

const globals = new URL('./globals.mjs', import.meta.url).href;

/** `@jest/globals` itself refuses to be loaded by Node.js. */
export function resolve(specifier, context, next) {
  return specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, context);
}

/** Strips the types. */
export function load(url, context, next) {
  return url.endsWith('.ts')
    ? { format: 'module', source: compile(url).code, shortCircuit: true }
    : next(url, context);
}
