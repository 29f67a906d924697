import { counted } from '../../core/base/counted.ts';
import type { Refusal } from '../../core/base/refusal.ts';
import { refusalTitles } from '../../core/message/words/refusal-words.ts';
import { policyLines } from '../../web/components/policy-lines.ts';
import type { RefusalGroup } from '../../web/report/grouping.ts';
import { renderPolicyLines } from './changes.ts';
import { type Look, type Paint, paragraph } from './text.ts';

const mostServices = 60;
const fewServices = 20;

/** What the review will not do, by reason. */
export function renderRefusals(groups: readonly RefusalGroup[], look: Look, paint: Paint): readonly string[] {
  return groups.flatMap(({ code, refusals }, index) => [
    ...(index === 0 ? [] : ['']),
    `${paint.heading(refusalTitles[code])}  ${paint.faint(code)}`,
    ...refusals.flatMap((refusal) => renderRefusal(refusal, look, paint)),
  ]);
}

function renderRefusal(refusal: Refusal, look: Look, paint: Paint): readonly string[] {
  const { services = [], patch } = refusal;
  const lines = [...paragraph(refusal.detail, '  - ', look.columns)];
  if (services.length > 0) {
    const named = services.slice(0, services.length > mostServices ? fewServices : mostServices);
    const left = services.length - named.length;
    const more = left === 0 ? '' : ` and ${left} more (--format json names them all)`;
    const list = `${counted(services.length, 'service')}: ${named.join(', ')}${more}`;
    lines.push(...paragraph(list, '    ', look.columns).map(paint.faint));
  }
  if (patch) {
    lines.push(`    the edit that the owner of ${patch.policyId} may make:`);
    lines.push(
      ...renderPolicyLines(policyLines(patch.before, patch.after), look, paint).map((line) => `  ${line}`),
    );
  }
  return lines;
}
