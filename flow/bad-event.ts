/** An event that cannot be carried out: the caller's mistake, or an organization that changed under it. The message starts with the field's name. */
export class BadEvent extends Error {
  override readonly name = 'BadEvent';
}
