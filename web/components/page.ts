import { html, raw } from 'hono/html';
import type { Content } from './markup.ts';
import { stylesheet, stylesheetSource } from './stylesheet.ts';

/** A page as a file of its own: the stylesheet inside, nothing loaded, no script; its policy forbids everything else. */
export function standalonePage(title: string, content: Content): string {
  const policy = `default-src 'none'; style-src ${stylesheetSource}; base-uri 'none'; form-action 'none'`;
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(stylesheet)}</style>
</head>
<body>
<div class="sheet">
${content}
</div>
</body>
</html>`}
`;
}
