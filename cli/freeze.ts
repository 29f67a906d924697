import { readEnvironment } from '../adapters/environment.ts';
import { wireReview, wireStores } from '../adapters/wire.ts';
import { parseReason } from '../core/change/deciding/decision-fields.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { BadArguments, readOptions, refuseTogether } from './arguments.ts';
import type { Command } from './command.ts';

const help = `Stop every write of SCPs and of IAM at once, from wherever AWS credentials may write the table; nothing else of the product has to run.

  oar freeze --reason TEXT    nothing is written until somebody lifts it
  oar freeze --lift --reason TEXT
  oar freeze --status

The table is named by TABLE_NAME: org-access-reviewer-live, where the stage is live. The switch is looked at right before each write.
`;

const options = {
  reason: { type: 'string' },
  lift: { type: 'boolean' },
  status: { type: 'boolean' },
} as const;

/** `oar freeze`: the kill switch. It is written straight into the table, so that it works when pages and functions do not. */
export const freezeCommand: Command = {
  summary: 'stop every write of SCPs and of IAM at once',
  help,
  run: async (args, terminal) => {
    const given = readOptions(args, options);
    refuseTogether(given, [
      ['lift', 'status'],
      ['reason', 'status'],
    ]);
    const { lift = false, reason, status = false } = given;
    const { locks } = wireStores(readEnvironment());
    if (status) {
      const { at, by, frozen, reason: why } = await locks.readFreeze();
      const since = at === null ? '' : ` since ${new Date(at).toISOString()} by ${by}: ${why}`;
      terminal.write(`${visibleText(`${frozen ? 'frozen' : 'not frozen'}${since}`)}\n`);
      return 0;
    }
    if (reason === undefined) throw new BadArguments('--reason: say why, for those who find writes stopped');
    const why = parseReason(reason);
    if (typeof why !== 'string') throw new BadArguments(`--reason: ${why.detail}`);
    if (lift && !(await locks.readFreeze()).frozen) {
      terminal.write('not frozen: there is nothing to lift\n');
      return 0;
    }
    const { caller, clock } = wireReview();
    // Who it was is good to know; that it stops is what counts, even while STS does not answer.
    const by = await caller.identity().then(
      ({ arn }) => arn,
      () => 'somebody whom STS could not name',
    );
    const turn = { frozen: !lift, by, reason: why, at: clock.now() };
    await locks.writeFreeze(turn);
    terminal.write(
      lift
        ? 'lifted: due changes are applied again\n'
        : 'frozen: no SCP and nothing in IAM is written until this is lifted\n',
    );
    try {
      await locks.recordTurn(turn);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      terminal.note(
        `oar: ${visibleText(`it holds, but "npx --no -- oar changes export" will not show it: ${reason}`)}\n`,
      );
      return 1;
    }
    return 0;
  },
};
