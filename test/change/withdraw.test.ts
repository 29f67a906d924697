import { describe, expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { editOf } from '../../core/change/content/edit.ts';
import { withoutServices } from '../../core/kinds/scp/proposing/withdraw.ts';
import { addDeny, newDenyPolicy } from '../../core/policy/deny-statement.ts';
import { parsePolicy } from '../../core/policy/document.ts';
import { exemptionOf, isOurs } from '../../core/policy/our-statement.ts';
import cases from '../cases/change/withdrawals.json' with { type: 'json' };
import { beforeText, content, newPolicyContent } from './samples.ts';

const maximumCharacters = 10_240;

/** The value of a result that must be one. */
function made<Value>(result: { readonly ok: true; readonly value: Value } | { readonly ok: false }): Value {
  if (!result.ok) throw new Error('nothing was made');
  return result.value;
}

function textDenying(
  before: string,
  services: readonly string[],
  exemptPrincipals: readonly string[],
): string {
  return made(addDeny(before, { services, exemptPrincipals, maximumCharacters })).text;
}

/** Whom the statement leaves free that denies a service. */
function freeOf(text: string, service: string): readonly string[] | null | undefined {
  const { statements } = made(parsePolicy(text));
  const ours = statements.filter((each) => isOurs(each) && each.actions.patterns.includes(`${service}:*`));
  const [statement] = ours;
  return statement && exemptionOf(statement);
}

describe('fewer services of a proposal, by another configuration than it was made by', () => {
  test.each(cases)('$name', (row) => {
    const { beside, many = 0, now, proposed, quota = maximumCharacters } = row;
    const services = ['dms', 'lex'];
    const before = beside === undefined ? beforeText : textDenying(beforeText, ['polly'], beside);
    const texts = { before, after: textDenying(before, services, proposed) };
    const fresh = made(newDenyPolicy({ services, exemptPrincipals: proposed, maximumCharacters })).text;
    const whole = row.new
      ? newPolicyContent({ services, after: fresh })
      : content(row.unlike ? { ...texts, after: texts.after.replace('"dms:*"', '"dms:Create*"') } : texts);
    const roles = Array.from(
      { length: many },
      (_, index) => `arn:aws:iam::*:role/a/long/path/Exempt${index}`,
    );
    const configuration = {
      ...made(parseConfiguration({})),
      ...{ breakGlass: now, exemptPrincipals: roles, quotas: { scpCharacters: quota, scpsPerTarget: 10 } },
    };
    const fewer = withoutServices(whole, ['dms'], configuration);
    if (row.refused !== undefined) {
      expect(fewer).toMatchObject({ ok: false, reasons: [{ code: 'NOT_POSSIBLE' }] });
      expect(fewer.ok ? '' : fewer.reasons[0].detail).toContain(row.refused);
      return;
    }
    const next = made(fewer);
    if (next === null) throw new Error('nothing is left');
    const { after } = editOf(next);
    expect([freeOf(after, 'lex'), freeOf(after, 'dms')]).toEqual([row.exempt, undefined]);
    if (beside !== undefined) expect(freeOf(after, 'polly')).toEqual(beside);
  });

  test('all of them: nothing is left', () => {
    expect(withoutServices(content(), ['dms', 'lex'], made(parseConfiguration({})))).toEqual({
      ok: true,
      value: null,
    });
  });
});
