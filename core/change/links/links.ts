import { mailboxHash } from '../../base/mailbox.ts';
import { ok, type Result, refused } from '../../base/result.ts';
import { sha256 } from '../../base/sha256.ts';
import type { DecisionRefusal } from './refusal.ts';

/** How something reached or came from a person. */
export type Channel = 'email' | 'slack' | 'iam';

/** What a link is for: a token of one purpose does nothing for another. */
export type LinkPurpose = 'decide' | 'cancel' | 'roll-back';

/** What any link is for: to act as an approver, or to ask services back, as often as there is room, whoever holds it. */
export type AnyPurpose = LinkPurpose | 'request-back';

/** One personal link; those to ask services back are of a channel or of an approver who may not roll back. The token itself is nowhere: only its hash is the key. Times are epoch milliseconds. */
export interface Link {
  readonly approverId: string;
  readonly revision: number;
  readonly purpose: AnyPurpose;
  readonly channel: Channel;
  /** The notice that it stands in, such as `decide:1`. */
  readonly notice?: string;
  /** SHA-256 (64 hex) of the mailbox of the approver that it was made for; absent in older links. */
  readonly mailbox?: string;
  readonly expiresAt: number;
  readonly usedAt?: number;
  /** Set when a newer link took its place. */
  readonly revokedAt?: number;
}

/** The links of one change by the SHA-256 (64 hex) of their token. */
export type Links = Readonly<Record<string, Link>>;

/** A link together with the hash that it is kept under. */
export interface FoundLink {
  readonly hash: string;
  readonly link: Link;
}

const tokenBytes = 32;
// 43 characters hold 258 bits: the last one carries four bits of token and two that must be zero, else two texts would be one token.
const tokenText = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** The token of a link as it stands in the URL: 43 characters of base64url. Throws unless there are 32 bytes, which the caller draws at random. */
export function tokenOf(bytes: Uint8Array): string {
  if (bytes.length !== tokenBytes) throw new Error(`a token has ${tokenBytes} bytes, not ${bytes.length}`);
  return Buffer.from(bytes).toString('base64url');
}

/** Whether a text can be a token at all. */
export function isToken(text: string): boolean {
  return tokenText.test(text);
}

/** Adds a link for fresh random bytes and revokes those that it takes the place of. */
export function mint(
  links: Links,
  link: Link,
  bytes: Uint8Array,
  now: number,
): { readonly links: Links; readonly token: string } {
  const token = tokenOf(bytes);
  return { links: { ...withoutOldest(revoke(links, link, now)), [sha256(token)]: link }, token };
}

/** So many links that newer ones replaced are kept, for whoever still follows one. */
const mostReplaced = 200;

/** A change whose messages fail again and again would otherwise outgrow its item. */
function withoutOldest(links: Links): Links {
  const replaced = Object.entries(links)
    .filter(([, { revokedAt, usedAt }]) => revokedAt !== undefined && usedAt === undefined)
    .sort(([, one], [, other]) => (one.revokedAt ?? 0) - (other.revokedAt ?? 0));
  const dropped = new Set(
    replaced.slice(0, Math.max(0, replaced.length - mostReplaced)).map(([hash]) => hash),
  );
  return Object.fromEntries(Object.entries(links).filter(([hash]) => !dropped.has(hash)));
}

/**
 * Revokes the unspent links of this person, revision, purpose and channel. Links to decide by are revoked only where the
 * same notice is sent again. Whoever is deciding when a reminder or somebody else's approval comes goes on with the page
 * that is open.
 */
export function revoke(
  links: Links,
  which: Pick<Link, 'approverId' | 'revision' | 'purpose' | 'channel' | 'notice'>,
  now: number,
): Links {
  const kept: Record<string, Link> = {};
  for (const [hash, link] of Object.entries(links)) {
    const same =
      link.approverId === which.approverId &&
      link.revision === which.revision &&
      link.purpose === which.purpose &&
      link.channel === which.channel &&
      (link.purpose !== 'decide' || link.notice === which.notice);
    const live = link.usedAt === undefined && link.revokedAt === undefined;
    kept[hash] = same && live ? { ...link, revokedAt: now } : link;
  }
  return kept;
}

/** Revokes every unspent link by which this person could decide on this revision. */
export function revokeDeciding(
  links: Links,
  { approverId, revision }: Pick<Link, 'approverId' | 'revision'>,
  now: number,
): Links {
  const ended = ([hash, link]: [string, Link]): [string, Link] => {
    const isHis = link.approverId === approverId && link.revision === revision && link.purpose === 'decide';
    const isLive = link.usedAt === undefined && link.revokedAt === undefined;
    return [hash, isHis && isLive ? { ...link, revokedAt: now } : link];
  };
  return Object.fromEntries(Object.entries(links).map(ended));
}

/** The link of a token, or null: a text that is no token matches nothing. Looked up by hash, so there is no secret to compare. */
export function findLink(links: Links, token: string): FoundLink | null {
  if (!isToken(token)) return null;
  const hash = sha256(token);
  const link = Object.hasOwn(links, hash) ? links[hash] : undefined;
  return link ? { hash, link } : null;
}

/** The link of a token that acts for this purpose and revision now, or why not. */
export function checkLink(
  links: Links,
  token: string,
  purpose: AnyPurpose,
  revision: number,
  now: number,
): Result<FoundLink, DecisionRefusal> {
  const found = findLink(links, token);
  if (found === null) return refused(unknownToken);
  const refusal = notUsable(found.link, purpose, revision, now);
  return refusal ? refused(refusal) : ok(found);
}

const unknownToken: DecisionRefusal = {
  code: 'UNKNOWN_TOKEN',
  detail: 'this link is not known: use the newest message',
};

function notUsable(link: Link, purpose: AnyPurpose, revision: number, now: number): DecisionRefusal | null {
  if (link.purpose !== purpose) return unknownToken;
  if (link.usedAt !== undefined) return { code: 'ALREADY_DECIDED', detail: 'this link was used already' };
  if (link.revision !== revision) {
    return {
      code: 'OTHER_DIGEST',
      detail: `this link belongs to revision ${link.revision}; the newest is ${revision}`,
    };
  }
  if (link.revokedAt !== undefined)
    return { code: 'EXPIRED', detail: 'a newer message took the place of this link' };
  if (now >= link.expiresAt) return { code: 'EXPIRED', detail: 'this link has expired' };
  return null;
}

/** Why a link does not act for the approver of its id, by the address that the configuration has now: it was made for somebody with another mailbox. Null where it does. */
export function madeForAnother(
  { approverId, mailbox }: Link,
  email: string | undefined,
): DecisionRefusal | null {
  if (mailbox === undefined || email === undefined || mailbox === mailboxHash(email)) return null;
  const detail = `this link was made for an e-mail address that ${approverId} no longer has: use a message to the new address, such as a reminder`;
  return { code: 'EXPIRED', detail };
}

/** Marks a link as used. Throws if there is none under this hash or it was used before. */
export function spend(links: Links, hash: string, now: number): Links {
  const link = links[hash];
  if (!link || link.usedAt !== undefined) throw new Error('only a link that was found usable can be spent');
  return { ...links, [hash]: { ...link, usedAt: now } };
}
