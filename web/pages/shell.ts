import { html, raw } from 'hono/html';
import type { Content } from '../components/markup.ts';
import { stylesheet } from '../components/stylesheet.ts';

/** A page of the approval site: its headers come with the answer, nothing is loaded, there is no script. */
export function shell(title: string, content: Content): string {
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
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
