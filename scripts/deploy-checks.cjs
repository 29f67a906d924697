// A plugin of serverless.yml: `sls deploy` refuses a configuration whose proposals would reach nobody. `sls package`, dry runs and parsing do not.
const deployment = require('./deployment.cjs');

class DeployChecks {
  constructor(serverless) {
    this.hooks = { 'before:deploy:deploy': () => refuseWhatReachesNobody(serverless) };
  }
}

async function refuseWhatReachesNobody(serverless) {
  const configuration = await deployment.configuration();
  const { deploymentProblems, reachesNobody } = await deployment.core('base/configured-reach.ts');
  refuse(serverless, reachesNobody(configuration));
  const provider = serverless.getProvider('aws');
  const place = { accountId: await provider.getAccountId(), region: provider.getRegion() };
  refuse(serverless, deploymentProblems(configuration, place));
}

function refuse(serverless, problems) {
  if (problems.length === 0) return;
  const lines = problems.map((problem) => `reviewer.config.json: ${problem}`);
  throw new serverless.classes.Error(lines.join('\n'), 'REACHES_NOBODY');
}

module.exports = DeployChecks;
