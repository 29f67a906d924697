import { html, raw } from 'hono/html';
import type { Content, Markup } from './markup.ts';
import { stylesheet, stylesheetSource } from './stylesheet.ts';

/** A page of the approval site: its headers come with the answer, nothing is loaded, there is no script. */
export function page(title: string, content: Content, head: Markup | null = null, kind = 'sheet'): string {
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">${head}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(stylesheet)}</style>
</head>
<body>
<div class="${kind}">
${content}
</div>
</body>
</html>`}
`;
}

/** A page as a file of its own, where no header says what it may do: its policy forbids everything but its own stylesheet. */
export function standalonePage(title: string, content: Content): string {
  const policy = `default-src 'none'; style-src ${stylesheetSource}; base-uri 'none'; form-action 'none'`;
  return page(
    title,
    content,
    html`
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="referrer" content="no-referrer">`,
    'sheet report',
  );
}
