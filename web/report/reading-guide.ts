import { html } from 'hono/html';
import type { Markup } from '../components/markup.ts';
import { trackedDays } from './words.ts';

/** How to read a report: the words it uses and what its evidence can and cannot show. */
export function readingGuide(thresholdDays: number): Markup {
  const entries: readonly (readonly [string, string])[] = [
    [
      'Lapsed',
      `Some account tried the service before, and none for more than ${thresholdDays} days. Exactly ${thresholdDays} days still counts as used.`,
    ],
    [
      'Never used',
      `No account tried the service in the ${trackedDays} days that AWS tracks at least. Only attempts with valid credentials are recorded; attempts that were denied count as use.`,
    ],
    [
      'Open, held, exempt, protected',
      'Open findings are drafted. Held: not now, for the reason given. Exempt: somebody answers for keeping it, until a date. Protected: never denied, whatever the report says.',
    ],
    [
      'Where last attempted',
      'An account and a Region. AWS names no user or role here. Use within the last four hours before a report may not show yet.',
    ],
    [
      'Evidence',
      'A report is one IAM organizations access report. Inferred: what is known about an entity above answers for everything below it. Failed or pending: nothing is claimed about the entity.',
    ],
    [
      'ok, FAILED, not proven',
      'The verdicts of the certificate. A change with a failed check is not proposed for approval. Not proven: a source is missing, so a person has to know; it never means that all is well.',
    ],
    [
      'SCP',
      'A service control policy: a limit on what the accounts below its targets may do. It never binds the management account.',
    ],
  ];
  return html`<section aria-labelledby="guide">
<h2 id="guide">How to read this</h2>
<dl class="glossary">${entries.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>
</section>`;
}
