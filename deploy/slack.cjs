// The function and the route for decisions in Slack, where the configuration names a signing secret.
// CommonJS, because the framework loads the files of its variables with require().
const deployment = require('../scripts/deployment.cjs');
const page = require('./page.cjs');

/** Whether a configuration has it. */
const isOn = ({ slack }) => slack?.signingSecret !== undefined;

/** The function, or null. */
async function slackFunction() {
  return isOn(await deployment.configuration()) ? '${file(./deploy/slack.yml):function}' : null;
}

/** What the app in Slack is given as its request URL, or null. */
async function outputs() {
  if (!isOn(await deployment.configuration())) return null;
  const url = await page.url();
  const path = '/slack/interactions';
  const Value = typeof url === 'string' ? url + path : { 'Fn::Sub': url['Fn::Sub'] + path };
  return { Outputs: { SlackRequestUrl: { Value } } };
}

/** The secrets that this function reads. */
function secrets({ slack }) {
  return isOn({ slack })
    ? [slack.signingSecret, slack.botTokenSecret].filter((arn) => arn !== undefined)
    : [];
}

module.exports = { isOn, outputs, secrets, slackFunction };
