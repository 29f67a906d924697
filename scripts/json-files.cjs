// A plugin of serverless.yml: event files (`invoke --path`) may begin with a byte order mark, as editors of Windows save them.
const { readFile } = require('node:fs/promises');

/** The value of a JSON text without the byte order mark in front of it. */
function parseJsonFile(text) {
  return JSON.parse(text.replace(/^\uFEFF/, ''));
}

class JsonFiles {
  constructor(serverless) {
    const { utils } = serverless;
    const read = utils.readFile.bind(utils);
    utils.readFile = async (path) =>
      path.endsWith('.json') ? parseJsonFile(await readFile(path, 'utf8')) : read(path);
  }
}

module.exports = JsonFiles;
module.exports.parseJsonFile = parseJsonFile;
