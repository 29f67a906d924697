import { html, raw } from 'hono/html';
import type { Content, Markup } from './markup.ts';
import { stylesheet } from './stylesheet.ts';

/** What a page may have of its own. */
export interface PageParts {
  readonly head?: Markup | null;
  /** The whole style; the one stylesheet where absent. */
  readonly style?: string;
  /** Classes of what holds the content. */
  readonly kind?: string;
}

/** A page of the approval site: its headers come with the answer, nothing is loaded, there is no script. */
export function page(
  title: string,
  content: Content,
  { head = null, style = stylesheet, kind = 'sheet' }: PageParts = {},
): string {
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">${head}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<div class="${kind}">
${content}
</div>
</body>
</html>`}
`;
}
