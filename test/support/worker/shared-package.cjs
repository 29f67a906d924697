/** Under which symbol a suite finds the worker's own `require`. */
exports.loader = 'worker-require';

/** A transform: the module is what the worker's own realm loaded, so that 200 suites do not load and compile it 200 times. */
exports.process = (_source, filename) => ({
  code: `module.exports = globalThis[Symbol.for('${exports.loader}')](${JSON.stringify(filename)});`,
});
