const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { Script } = require('node:vm');

// node start-child.cjs PROGRAM ORDER: runs a bundled program by what V8 compiled of it in a process before; the first one that kills
// itself leaves that behind. To compile anew takes as long as all that most of these programs do.
process.argv.splice(1, 1);
const [, program] = process.argv;
const compiled = `${program}.compiled`;
const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined;
const script = new Script(`(function (require, module, __dirname) {${readFileSync(program, 'utf8')}\n})`, {
  filename: program,
  cachedData,
});

const { kill } = process;
process.kill = (...how) => {
  if (!cachedData) {
    writeFileSync(`${compiled}.${process.pid}`, script.createCachedData());
    renameSync(`${compiled}.${process.pid}`, compiled);
  }
  return kill.apply(process, how);
};
script.runInThisContext()(createRequire(program), {}, `${process.cwd()}/scripts`);
