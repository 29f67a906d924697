import { clockLimits } from '../../base/limits.ts';
import { check, doubtful, fine, unchecked, wrong } from '../check.ts';

/** The clock of this machine against AWS's: requests are signed with a time. */
export const clock = check({
  name: 'clock',
  reads: ['caller'],
  judge: ({ caller: { awsTime, ourTime } }) => {
    if (awsTime === null) return [unchecked('the answer of STS had no Date header')];
    const seconds = Math.round((ourTime - awsTime) / 1000);
    const away = Math.abs(seconds);
    // The header counts whole seconds, and the answer was on its way.
    if (away <= 2) return [fine("this machine's clock agrees with AWS's")];
    const said = `this machine's clock is ${away} s ${seconds > 0 ? 'ahead of' : 'behind'} AWS's`;
    if (away * 1000 < clockLimits.doubtfulMilliseconds) return [fine(said)];
    const wayOut = 'set the clock, for example by NTP';
    return [away * 1000 < clockLimits.refusedMilliseconds ? doubtful(said, wayOut) : wrong(said, wayOut)];
  },
});
