import { counted } from '../../core/base/counted.ts';
import type { Role } from '../../core/identity/account-identities.ts';
import type { RoleVerdict } from '../../core/identity/unused-roles.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { csvOf } from './csv.ts';
import { renderJson } from './json.ts';
import { type Look, padded, paintOf } from './text.ts';

/** The forms in which roles can be listed. */
export const roleFormats = ['table', 'text', 'csv', 'json'] as const;

/** The roles of one account with what is said of each. */
export interface RoleList {
  readonly accountId: string;
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly thresholdDays: number;
  readonly judged: readonly { readonly role: Role; readonly verdict: RoleVerdict }[];
}

/** Roles with their compliance, in one of the forms. */
export function renderRoles(list: RoleList, format: (typeof roleFormats)[number], look: Look): string {
  switch (format) {
    case 'table':
      return table(list, look);
    case 'text':
      return text(list);
    case 'csv':
      return csv(list);
    case 'json':
      return json(list);
  }
}

/** AWS Config does not list what is not applicable, so neither do the forms for people. */
function applicable({ judged }: RoleList): RoleList['judged'] {
  return judged.filter(({ verdict }) => verdict.compliance !== 'NOT_APPLICABLE');
}

function text(list: RoleList): string {
  const lines = applicable(list).map(({ role, verdict }) =>
    [role.name, verdict.compliance, verdict.annotation].map(visibleText).join('\t'),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function table(list: RoleList, { colour }: Look): string {
  const paint = paintOf(colour);
  const shown = applicable(list);
  const unused = shown.filter(({ verdict }) => verdict.compliance === 'NON_COMPLIANT').length;
  const places = shown.map(({ role }) => visibleText(`${role.path}${role.name}`));
  const width = Math.max('role'.length, ...places.map((place) => place.length));
  const left = list.judged.length - shown.length;
  return [
    `account ${list.accountId}: ${unused} of ${counted(shown.length, 'role')} without use for more than ${counted(list.thresholdDays, 'day')}`,
    '',
    paint.heading(`${padded('role', width)}  ${padded('compliance', 13)}  annotation`),
    ...shown.map(({ verdict: { annotation, compliance } }, index) => {
      const place = padded(places[index] ?? '', width);
      const said = padded(compliance, 13);
      const painted = compliance === 'NON_COMPLIANT' ? paint.bad(said) : paint.good(said);
      return `${place}  ${painted}  ${visibleText(annotation)}`;
    }),
    ...(left > 0
      ? ['', paint.faint(`${counted(left, 'service-linked role')} not judged: AWS alone runs these`)]
      : []),
    '',
  ].join('\n');
}

function csv({ judged }: RoleList): string {
  const header = ['name', 'path', 'arn', 'id', 'compliance', 'annotation', 'lastUsedAt', 'lastUsedRegion'];
  const records = judged.map(({ role, verdict }) => [
    ...[role.name, role.path, role.arn, role.id, verdict.compliance, verdict.annotation],
    ...[lastUsedAt(role), role.lastUsed?.region ?? null],
  ]);
  return csvOf(header, records);
}

function json({ accountId, asOf, judged, thresholdDays }: RoleList): string {
  return renderJson({
    version: 1,
    kind: 'roles',
    accountId,
    asOf: new Date(asOf).toISOString(),
    thresholdDays,
    roles: judged.map(({ role, verdict }) => ({
      name: role.name,
      path: role.path,
      arn: role.arn,
      id: role.id,
      ...verdict,
      createdAt: new Date(role.createdAt).toISOString(),
      lastUsedAt: lastUsedAt(role),
      lastUsedRegion: role.lastUsed?.region ?? null,
    })),
  });
}

function lastUsedAt({ lastUsed }: Role): string | null {
  return lastUsed === null ? null : new Date(lastUsed.at).toISOString();
}
