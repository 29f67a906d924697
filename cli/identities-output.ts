import type { IdentitiesResult } from '../core/review/identities/identities-result.ts';
import { identitiesReport } from '../web/identities/report.ts';
import { extensions } from './output.ts';
import { renderIdentities } from './render/identities.ts';
import { renderIdentitiesCsv } from './render/identities-csv.ts';
import { renderIdentitiesMarkdown } from './render/identities-markdown.ts';
import { renderJson } from './render/json.ts';
import type { Look } from './render/text.ts';
import type { Format } from './review-arguments.ts';

/** The name of the file for the result of one account. */
export function nameOf({ accountId, reviewId }: IdentitiesResult, format: Format): string {
  return `identities-${accountId}-${reviewId}.${extensions[format]}`;
}

/** The result of one account in a format. */
export function written(result: IdentitiesResult, format: Format, look: Look): string {
  switch (format) {
    case 'table':
      return renderIdentities(result, look);
    case 'json':
      return renderJson(result);
    case 'csv':
      return renderIdentitiesCsv(result);
    case 'markdown':
      return renderIdentitiesMarkdown(result);
    case 'html':
      return identitiesReport(result);
  }
}
