import { sha256 } from './sha256.ts';

/** Characters with a meaning of their own in a mail address (RFC 5322, "atext" is all others), and those that nobody sees. */
const notPlain = /[\s"(),:;<>[\\\]]|\p{C}|\p{Default_Ignorable_Code_Point}/u;

/** Whether an address is plain: one at sign, and no quotes, comments, angle brackets or invisible characters, with which one mailbox has many spellings. */
export function isPlainAddress(address: string): boolean {
  const [, domain] = /^[^@]+@([^@]+)$/.exec(address.normalize('NFKC')) ?? [];
  return domain !== undefined && !notPlain.test(address.normalize('NFKC')) && hostOf(domain) !== null;
}

/**
 * The mailbox behind an address. Letter case, the width of letters, a tag behind a plus sign and a dot at the end lead
 * to no other mailbox. Neither does a domain in letters beyond ASCII instead of its Punycode. Gmail ignores all dots of
 * a name, and googlemail.com is gmail.com (Gmail Help, "Dots don't matter in Gmail addresses").
 */
export function mailbox(address: string): string {
  const lower = address.normalize('NFKC').toLowerCase();
  const [, local, domain = ''] = /^(.+)@([^@]+)$/.exec(lower) ?? [];
  if (local === undefined) return lower;
  const name = local.replace(/(?<=.)\+.*$/, '').replace(/\.+$/, '');
  const host = hostOf(domain) ?? domain;
  const isGmail = host === 'gmail.com' || host === 'googlemail.com';
  return isGmail ? `${name.replaceAll('.', '')}@gmail.com` : `${name}@${host}`;
}

/** The SHA-256 (64 hex) of the mailbox behind an address: what records keep of it to tell one person from another. */
export function mailboxHash(address: string): string {
  return sha256(mailbox(address));
}

/** A domain as the name service knows it, without a dot at the end; null for what is none. */
function hostOf(domain: string): string | null {
  const url = `http://${domain.replace(/\.+$/, '')}`;
  if (/[/?#@:%\\]/.test(domain) || !URL.canParse(url)) return null;
  return new URL(url).hostname;
}
