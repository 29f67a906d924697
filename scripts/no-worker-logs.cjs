// What stands for pino's worker threads in a function: lines are written at once, by the function itself (adapters/log.ts).
module.exports = class NoWorkerLogs {
  constructor() {
    throw new Error('a function writes its log lines itself: pino transports are not bundled');
  }
};
