import { isToken } from './links.ts';

/** Longer texts are no mangled links, in UTF-16 units. */
const longest = 2_000;
/** Links inside of links are encoded again; so often is it taken away. */
const mostEncodings = 3;

/** What people paste, by its kind. */
const idForms = {
  change: /^chg-[0-9a-f]{12}$/,
  request: /^req-[0-9a-f]{20}$/,
  review: /^rev-[0-9a-z]+(?:-[0-9a-z]+)*$/,
  // Organizations API reference, patterns of RootId, OrganizationalUnitId, AccountId and PolicyId.
  entity: /^(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|\d{12})$/,
  policy: /^p-[0-9a-zA-Z_]{8,128}$/,
  digest: /^[0-9a-f]{12,64}$/,
} as const;

/**
 * The token in a text that a mail program, a chat or a person copied from a link. Left out is what cannot be part of a
 * token: punctuation and white space at its ends, and line breaks inside. So is what quoted-printable, percent-encoding
 * or HTML makes of these. A text in which there is no whole token comes back as it is, and is found nowhere.
 */
export function pastedToken(text: string): string {
  // No token ends in a dash or an underscore (its last character holds four bits), so what does is formatting.
  const readings = readingsOf(text).map(withoutTail);
  return readings.find(isToken) ?? text;
}

/** Cut from the end: a pattern would look for the tail from every place of a text that somebody made for it. */
function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '-' || text[end - 1] === '_')) end -= 1;
  return text.slice(0, end);
}

/** The id of this kind in a text that somebody pasted, in the same way; else the text as it is. */
export function pastedId(text: string, kind: keyof typeof idForms): string {
  const readings = readingsOf(text).flatMap((reading) => [reading, reading.toLowerCase()]);
  return readings.find((reading) => idForms[kind].test(reading)) ?? text;
}

/** What a text may have been before it was mangled, the likeliest first: each of letters, digits, dashes and underscores. */
function readingsOf(text: string): readonly string[] {
  if (text.length > longest) return [];
  const plain = percentDecoded(text);
  // With hyphens first: a dash inside of an id would cut it to one that is shorter.
  return [text, ...partsOf(withHyphens(plain)), ...partsOf(plain)].map((some) => some ?? '');
}

function partsOf(plain: string): readonly (string | undefined)[] {
  const [first] = /[A-Za-z0-9_-]+/.exec(plain) ?? [];
  const joined = plain.replace(/<[^<>]*>/g, '').replace(/&(?:[a-z]+|#\d+|#x[0-9a-f]+);/gi, '');
  // `=3D` is how quoted-printable writes the equals sign before a value (RFC 2045, 6.7).
  const [whole, printable] = [joined, quotedPrintable(joined)].map((some) =>
    some.replace(/[^A-Za-z0-9_-]/g, ''),
  );
  return [first, whole, withoutSign(whole), printable, withoutSign(printable)];
}

/** Word processors and phones put other dashes in the place of hyphens, and some keyboards type wide letters. */
function withHyphens(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\u2014/g, '--')
    .replace(/[\p{Pd}\u2212]/gu, '-');
}

function withoutSign(text: string | undefined): string | undefined {
  return text?.replace(/^3D/i, '');
}

function quotedPrintable(text: string): string {
  return text.replace(/=[ \t]*\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => characterOf(hex));
}

function percentDecoded(text: string): string {
  let decoded = text;
  for (let count = 0; count < mostEncodings; count += 1)
    decoded = decoded.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
      const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
      const [utf8, latin1] = [bytes.toString('utf8'), bytes.toString('latin1')];
      return utf8.includes('\ufffd') ? latin1 : utf8;
    });
  return decoded;
}

function characterOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
