// In place of what the SDK loads for operations whose answer is a stream of events. No function calls one.
module.exports.EventStreamSerde = class NoEventStreams {
  constructor() {
    throw new Error('a function calls no operation that answers by a stream of events: they are not bundled');
  }
};
