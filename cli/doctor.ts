import { readEnvironment } from '../adapters/environment.ts';
import { wireDoctor, wireSending } from '../adapters/wire-doctor.ts';
import type { Approver, Configuration } from '../core/base/configuration.ts';
import { counted } from '../core/base/counted.ts';
import { plannedCalls } from '../core/doctor/calls.ts';
import type { Check } from '../core/doctor/check.ts';
import { checks } from '../core/doctor/checks.ts';
import grants from '../deploy/grants.cjs';
import { lookAround } from '../flow/doctor/look.ts';
import { sendTests } from '../flow/doctor/send.ts';
import { BadArguments, oneOf, readOptions, refuseTogether, unknownName } from './arguments.ts';
import type { Command } from './command.ts';
import { configurationOf } from './configuration.ts';
import { renderDoctor } from './render/doctor.ts';
import { renderJson } from './render/json.ts';
import { renderPlan } from './render/plan.ts';

const formats = ['table', 'json'] as const;
/** As in serverless.yml. */
const usualStage = 'live';

const help = `Check everything that the product needs: one line for each check, and what to do where it fails. Reads only.

  oar doctor [options]

  --stage STAGE        the stage that was deployed (default ${usualStage}): the stack is org-access-reviewer-STAGE
  --no-stack           nothing is deployed yet: look at the caller, the organization and the configuration alone
  --only CHECK,…       ${checks.map(({ name }) => name).join(', ')}
  --send APPROVER,…    also send one event to the bus, and one mail and one Slack message to each of these approvers
  --plan               list the calls, those of --send too where it is given, and make none
  --config FILE        configuration instead of the installation's reviewer.config.json
  --format FORMAT      ${formats.join(', ')} (default table)

AWS is found by AWS_PROFILE, AWS_REGION (not AWS_DEFAULT_REGION) and AWS_ENDPOINT_URL. A call that is refused to you makes its check "not checked".
Exit codes: 0 nothing failed; 1 a check failed; 2 bad arguments.
`;

const options = {
  stage: { type: 'string' },
  'no-stack': { type: 'boolean' },
  only: { type: 'string' },
  send: { type: 'string' },
  plan: { type: 'boolean' },
  config: { type: 'string' },
  format: { type: 'string' },
} as const;

/** `oar doctor`: whether everything is as it must be, read-only. */
export const doctorCommand: Command = {
  summary: 'look whether everything is as it must be, read-only',
  help,
  run: async (args, terminal) => {
    const given = readOptions(args, options);
    refuseTogether(given, [['no-stack', 'stage']]);
    const format = oneOf('--format', given.format ?? 'table', formats);
    const chosen = chosenChecks(given.only);
    const sends = given.send !== undefined;
    const calls = plannedCalls(chosen, sends);
    if (given.plan) {
      terminal.write(format === 'json' ? renderJson({ calls }) : renderPlan(calls, terminal.look));
      return 0;
    }
    const configuration = await configurationOf(given.config ?? null);
    const operations = new Set(calls.map(({ call }) => call).filter((call) => !call.startsWith('slack:')))
      .size;
    terminal.note(
      `oar doctor: ${counted(operations, 'operation')} of AWS, ${sends ? 'reads and what --send sends' : 'reads alone'}; npx --no -- oar doctor --plan${sends ? ' --send' : ''} lists them\n`,
    );
    const named = approversNamed(given.send, configuration);
    const stackName = given['no-stack'] ? null : `org-access-reviewer-${given.stage ?? usualStage}`;
    if (named.length > 0 && stackName === null)
      throw new BadArguments(
        '--send: needs the topics and the bus of a deployed stack; leave --no-stack out',
      );
    const environment = readEnvironment();
    const ports = wireDoctor(environment, configuration);
    const looked = await lookAround(ports, {
      checks: chosen,
      configuration,
      stackName,
      grants: grants.functionGrants(configuration),
    });
    const sending = wireSending(environment, configuration.slack);
    const sent =
      stackName === null || named.length === 0
        ? []
        : await sendTests(ports, sending, named, { configuration, stackName });
    const lines = [...looked, ...sent];
    const isWell = lines.every(({ verdict }) => verdict !== 'fail');
    terminal.write(
      format === 'json' ? renderJson({ ok: isWell, checks: lines }) : renderDoctor(lines, terminal.look),
    );
    return isWell ? 0 : 1;
  },
};

function approversNamed(send: string | undefined, { approvers }: Configuration): readonly Approver[] {
  if (send === undefined) return [];
  return send.split(',').map((text) => {
    const id = text.trim();
    const found = approvers.find((approver) => approver.id === id);
    if (!found)
      throw new BadArguments(
        `--send: ${unknownName(
          id,
          approvers.map((approver) => approver.id),
        )}`,
      );
    return found;
  });
}

function chosenChecks(only: string | undefined): readonly Check[] {
  if (only === undefined) return checks;
  return only.split(',').map((text) => {
    const name = text.trim();
    const found = checks.find((check) => check.name === name);
    if (!found)
      throw new BadArguments(
        `--only: ${unknownName(
          name,
          checks.map((check) => check.name),
        )}`,
      );
    return found;
  });
}
