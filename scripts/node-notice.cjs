// The AWS SDK warns at start that it will ask for Node.js 22. Node.js 20 is still supported here, and the SDK's version is pinned, so whoever
// runs our commands can do nothing about it. Other warnings stay. Loaded by each command, and by serverless.yml as a plugin that does nothing.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

module.exports = class NodeNotice {};
