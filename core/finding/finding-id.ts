import { sha256 } from '../base/sha256.ts';

/** The id of "service S unused at entity E": `fnd-` and 12 hex digits, the same in every review. */
export function findingId(organizationId: string, entityId: string, serviceNamespace: string): string {
  return `fnd-${sha256(`${organizationId}|${entityId}|${serviceNamespace}`).slice(0, 12)}`;
}
