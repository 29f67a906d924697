import { topLevelDomains } from './top-level-domains.ts';

const dots = '.\u3002\uff0e\uff61';
// A label may end with a combining mark, as many of India and Thailand do, or be a pictograph.
const signs = '\\p{L}\\p{N}\\p{M}\\p{Extended_Pictographic}';
// From the beginning of a word alone: else a long word without a dot is looked through from each of its letters.
const dotted = new RegExp(`(?<![${signs}_-])[${signs}_-]+(?:[${dots}][${signs}_-]+)+`, 'gu');
const dotBeforeName = new RegExp(
  `(?<=[${signs}])[${dots}](?=(?<label>(?:\\p{L}{2}|(?!\\p{ASCII})\\p{L})[\\p{L}\\p{M}-]*))`,
  'gu',
);

/** Settings of ours whose last part is a top-level domain too. */
const ourSettings: ReadonlySet<string> = new Set(['highRisk.services', 'memberRoles.read']);

/** An ARN up to its resource, which ends with the word. In one a name is no host and no mailbox, but a path may hold brackets and quotes, after which one begins. */
const arn = /(?<![\p{L}\p{N}_-])arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws)?:[^\s,;:()<>[\]"'`|]+/gu;

/** The text with a blank in whatever a mail or chat program makes a link of: schemes, host names, mailboxes. */
export function withoutAddresses(text: string): string {
  const schemeless = text
    .replace(/[:\uff1a]([/\uff0f]{2})/gu, ': $1')
    .replace(/\b(mailto|tel|sms|www)([:.])/gi, '$1 $2');
  let broken = '';
  let from = 0;
  for (const { 0: whole, index } of schemeless.matchAll(arn)) {
    broken += withoutHosts(schemeless.slice(from, index)) + whole;
    from = index + whole.length;
  }
  return broken + withoutHosts(schemeless.slice(from));
}

function withoutHosts(text: string): string {
  return text
    .replace(dotted, (name) =>
      ourSettings.has(name) || servicePrincipal.test(name)
        ? name
        : name.replace(dotBeforeName, (dot, label: string) => (endsHost(label) ? ` ${dot}` : dot)),
    )
    .replace(/(?<=\S)@(?=\S)/g, ' @');
}

/** Services of which a part has a principal of its own: no host below them is lent to anybody, as that of a bucket is. */
const servicesOfParts = 'apigateway|application-autoscaling|config|dynamodb|ec2|elasticache|lambda|rds|ssm';
const servicePrincipal = new RegExp(
  `^(?:[a-z0-9-]+|[a-z0-9-]+\\.(?:${servicesOfParts}))\\.amazonaws\\.com(?:\\.cn)?$`,
);

/** Whether a host name may end with this label: what follows its letters may be no part of it. */
function endsHost(label: string): boolean {
  const letters = /^[a-z]*/i.exec(label)?.[0] ?? '';
  const isOtherScript = /^[\p{L}\p{M}]/u.test(label.slice(letters.length));
  return (
    isOtherScript ||
    label.toLowerCase().startsWith('xn--') ||
    letters.length === 2 ||
    topLevelDomains.has(letters.toLowerCase())
  );
}
