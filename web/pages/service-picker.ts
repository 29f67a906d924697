import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import type { ServiceEvidence } from '../../core/change/content/change.ts';
import { groupsOf } from '../../core/change/content/service-groups.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import type { LossLevel } from '../../core/policy/service-losses.ts';
import { each, escaped, escapedName } from '../components/lean.ts';
import type { Markup } from '../components/markup.ts';

const kindWords: Readonly<Record<ServiceEvidence['kind'], string>> = {
  lapsed: 'Lapsed: used before',
  'never-used': 'Never used',
  'not-since': 'Not used within the threshold',
};
const levelWords: Readonly<Record<LossLevel, string>> = {
  high: 'Much stops without them',
  medium: 'Others',
  low: 'Ended, no longer offered, or a preview',
};

/** What differs where it is no decision that services are picked for. */
export interface PickerParts {
  /** The id of what stands behind the list. */
  readonly end?: string;
  /** Whether all of a group can be ticked at once. */
  readonly byGroups?: boolean;
}

/**
 * Every service of a change as one list from top to bottom, so that the browser's own search finds each. They stand by how
 * the use ended, then by how much the loss would stop; each group has one box for all of it.
 */
export function servicePicker(
  { lapsed, neverUsed, notSince }: Pick<ChangeView, 'lapsed' | 'neverUsed' | 'notSince'>,
  entered: URLSearchParams,
  { end = 'field-confirm', byGroups = true }: PickerParts = {},
): Markup {
  const chosen = new Set(entered.getAll('services'));
  const chosenGroups = new Set(entered.getAll('groups'));
  const box = (field: string, value: string, isChosen: boolean, label: string, kind = ''): string =>
    `<label class="choice${kind}"><input type="checkbox" name="${field}" value="${value}"${isChosen ? ' checked' : ''}> <span>${label}</span></label>`;
  const all = (id: string, words: string): string =>
    byGroups ? box('groups', id, chosenGroups.has(id), `<strong>${words}</strong>`, ' all') : '';
  const service = ({ serviceName, serviceNamespace }: ServiceEvidence): string => {
    const name = escaped(serviceNamespace);
    return box(
      'services',
      name,
      chosen.has(serviceNamespace),
      `<code>${name}</code> ${escapedName(serviceName)}`,
    );
  };
  const groups = groupsOf([...lapsed, ...neverUsed, ...notSince]);
  return html`<p class="note">Tick services${byGroups ? ', or all of a group' : ''}. Your browser's search finds them by name. <a href="#${end}">To the end of the list</a></p>
${each(groups, ({ count, id, levels }) => {
  const title = kindWords[id];
  const parts = levels.map(({ entries, id: part, level }) => {
    const own = entries.map(service).join('');
    if (levels.length === 1) return own;
    const words = `${levelWords[level]} (${grouped(entries.length)})`;
    return `<h4>${words}</h4>${all(part, `All ${counted(entries.length, 'service')} of this group`)}${own}`;
  });
  return `<h3>${title} (${grouped(count)})</h3>${all(id, `All ${counted(count, 'service')}: ${title.toLowerCase()}`)}${parts.join('')}`;
})}`;
}
