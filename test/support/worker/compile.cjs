const { readFileSync } = require('node:fs');
const { fileURLToPath } = require('node:url');
const { transformSync } = require('@swc/core');

/** The JavaScript of a TypeScript file, by its URL, and the map between the two where it is asked for. */
function compile(url, sourceMaps = false) {
  const filename = fileURLToPath(url);
  return transformSync(readFileSync(filename, 'utf8'), {
    ...{ filename, sourceMaps, configFile: false, swcrc: false, module: { type: 'es6' } },
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript' },
      experimental: { keepImportAttributes: true },
    },
  });
}
exports.compile = compile;

/** Maps that were made: the runner asks for that of each line of each stack that anybody reads, again and again. */
const maps = new Map();

/** The source map of a file that `compile` made, as a URL; nothing for another file. */
exports.mapOf = (url) => {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return undefined;
  if (!maps.has(url)) {
    const map = Buffer.from(compile(url, true).map).toString('base64');
    maps.set(url, `data:application/json;base64,${map}`);
  }
  return maps.get(url);
};
