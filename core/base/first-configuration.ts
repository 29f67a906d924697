import { parseConfiguration } from './configuration.ts';
import { quoted } from './quoted.ts';
import { ok, type Result, refused } from './result.ts';

/** What somebody answers before the first deployment; null: not answered. */
export interface FirstAnswers {
  /** The management account in which the stack is to be. */
  readonly account: string | null;
  /** The OU that the first weeks look at; null: the whole organization. */
  readonly ou: string | null;
  /** `Ana Diaz <ana@example.com> arn:aws:iam::111111111111:role/Ana`, separated by commas; the ARNs may be left out. */
  readonly approvers: string | null;
  /** E-mail addresses separated by commas, or `none`. */
  readonly operators: string | null;
}

/** The name of an answer, as the option is called. */
export type FirstQuestion = keyof FirstAnswers;

/** The first configuration: findings and messages alone, nothing is proposed. A refusal's detail begins with the option whose answer is wrong. */
export function firstConfiguration(answers: FirstAnswers): Result<Readonly<Record<string, unknown>>> {
  const { account, operators, ou } = answers;
  if (account !== null && !/^\d{12}$/.test(account))
    return wrong('account', `${quoted(account)} is no account id: it has 12 digits`);
  if (ou !== null && !/^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32}|\d{12})$/.test(ou))
    return wrong(
      'ou',
      `${quoted(ou)} is no id of an OU, such as ou-ab12-34cd56ef, of the root or of an account`,
    );
  const approvers: object[] = [];
  for (const text of listed(answers.approvers)) {
    const approver = approverIn(text);
    if (approver === null)
      return wrong('approvers', `${quoted(text)} is not of the form: Ana Diaz <ana@example.com>`);
    approvers.push(approver);
  }
  const addresses = listed(operators);
  const configuration = {
    $schema: './docs/configuration.schema.json',
    mode: 'observe',
    ...(account === null ? {} : { account }),
    ...(ou === null ? {} : { scope: ou }),
    approvers,
    operators: addresses.length === 1 && addresses[0] === 'none' ? 'none' : addresses,
  };
  const parsed = parseConfiguration(configuration);
  if (parsed.ok) return ok(configuration);
  const [{ detail }] = parsed.reasons;
  const [, key = ''] = /^(\w+)/.exec(detail) ?? [];
  return wrong(key === 'operators' || key === 'account' ? key : key === 'scope' ? 'ou' : 'approvers', detail);
}

function wrong(question: FirstQuestion, detail: string): Result<never> {
  return refused({ code: 'BAD_CONFIGURATION', detail: `--${question}: ${detail}` });
}

function listed(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** One approver; his id is what stands before the @ of his address. */
function approverIn(text: string): object | null {
  const [, name, email = '', arns = ''] = /^([^<>]+?)\s*<([^<>\s]+)>((?:\s+arn:\S+)*)$/.exec(text) ?? [];
  if (name === undefined) return null;
  const id = (email.split('@')[0] ?? '').toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
  const principals = arns.split(/\s+/).filter(Boolean);
  return { id, name, email, ...(principals.length === 0 ? {} : { principals }) };
}
