import type { html } from 'hono/html';

/** A piece of a page whose texts are escaped, as `html` of hono makes it. */
export type Markup = ReturnType<typeof html>;

/** What may stand inside a piece of a page: text is escaped, markup is not, nothing is left out. */
export type Content = Markup | string | number | null | readonly Content[];
