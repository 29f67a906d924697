const encoder = new TextEncoder();
/** Most texts: a byte for each character. */
const isAscii = /^[\0-\x7f]*$/;

/**
 * The size of a policy text as AWS may count it, white space included: its UTF-8 bytes. Today's quota page says
 * characters, an older one bytes. Bytes are never fewer, so what fits here fits either way (Organizations User Guide,
 * "Quotas and service limits").
 */
export function policyCharacters(text: string): number {
  return isAscii.test(text) ? text.length : encoder.encode(text).length;
}
