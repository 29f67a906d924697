import { expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { checks } from '../../core/doctor/checks.ts';
import cases from '../cases/doctor/states.json' with { type: 'json' };

// States of AWS's own that no sandbox comes into.
test.each(cases)('$state: $line', ({ check: name, line, readings }) => {
  const parsed = parseConfiguration({});
  const check = checks.find((each) => each.name === name);
  if (!check || !parsed.ok) throw new Error(`there is no check ${name}`);
  const found = check.judge(readings as never, { configuration: parsed.value, stackName: 's' });
  const bad = found.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  expect(bad.map(({ said, verdict, wayOut }) => [`${verdict}: ${said}`, typeof wayOut])).toEqual([
    [line, 'string'],
  ]);
});
