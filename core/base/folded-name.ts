/** The name of an entity as names are compared: letter case and the way in which accents are written do not count. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
