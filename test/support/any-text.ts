import fc from 'fast-check';

const surrogates = { first: 0xd800, many: 0x800 };

/** As fast-check's own unit `binary`, without its table of all characters, which takes a second and stays in memory. */
const character = fc.nat(0x10ffff - surrogates.many).map(
  (index) => String.fromCodePoint(index < surrogates.first ? index : index + surrogates.many),
  (text) => {
    const point = (text as string).codePointAt(0) ?? -1;
    return point < surrogates.first ? point : point - surrogates.many;
  },
);

/** Texts of any characters, and those that are dangerous as names of members. */
export const anyText = fc.string({ maxLength: 60, unit: character });
