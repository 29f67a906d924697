import { html, raw } from 'hono/html';
import type { Content } from '../components/markup.ts';
import { page } from '../components/page.ts';
import { styleSource, stylesheet } from '../components/stylesheet.ts';

/** What reports have beside the stylesheet of every page: drawings, depths of a tree, a glossary, and how they are printed. */
const reportStyles = `
.depth-1{padding-left:1.1rem}.depth-2{padding-left:2.2rem}.depth-3{padding-left:3.3rem}.depth-4{padding-left:4.4rem}.depth-5{padding-left:5.5rem}.depth-6{padding-left:6.6rem}
[class^=depth]{display:inline-block}
.paths{overflow-x:auto;margin:.8rem 0}
.paths rect{fill:var(--card);stroke:var(--ink)}
.paths rect.stays,.paths rect.goes{fill:var(--wash);stroke:var(--soft);stroke-dasharray:5 4}
.paths path{fill:none;stroke:var(--soft);stroke-width:1.5}
.paths path.used{stroke:var(--ink)}
.paths path.stays,.paths path.goes{stroke-dasharray:5 4}
.paths path.cut{stroke:var(--bad);stroke-width:2.5}
.paths-list{display:none}
.paths text{font-size:13px;fill:var(--ink)}
.paths text.title{font-weight:600}
.paths text.detail{font-size:12px;fill:var(--soft)}
.glossary dt{font-weight:600;margin-top:.7rem}
.glossary dd{margin:0;max-width:46rem;color:var(--soft)}
.heat{overflow-x:auto;margin:.8rem 0}
.heat text{font-size:12px;fill:var(--ink)}
.heat path,.heat-legend path{fill:none}
.heat .frame,.heat-legend .frame{fill:var(--wash)}
.heat .never,.heat-legend .never{stroke:var(--soft);fill:var(--card)}
.heat .lapsed,.heat-legend .lapsed{fill:var(--accent)}
.heat .kept,.heat-legend .kept,.heat .unknown,.heat-legend .unknown{stroke:var(--soft);stroke-width:2}
.heat .denied,.heat-legend .denied{stroke:var(--bad);stroke-width:2}
.heat-legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;font-size:.86rem}
.heat-legend svg{vertical-align:-3px}
@media (max-width:40rem){
.paths,.legend{display:none}
.paths-list{display:block}
}
@media print{
.report th,.report td{padding-top:.15rem;padding-bottom:.15rem}
.report article{padding:.6rem 1rem;margin:.6rem 0}
.report{font-size:8.5pt}
.report h2{margin-top:1.5rem}
.report h3,.report h4{margin-top:.7rem}
.report .facts{grid-template-columns:repeat(4,1fr);gap:.3rem 1rem;margin:.4rem 0}
}
`;

/** A page as a file of its own, where no header says what it may do: its policy forbids everything but its own style. */
export function standalonePage(title: string, content: Content): string {
  const style = `${stylesheet}${reportStyles}`;
  const policy = `default-src 'none'; style-src ${styleSource(style)}; base-uri 'none'; form-action 'none'`;
  const head = html`
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="referrer" content="no-referrer">`;
  return page(title, content, { head, style, kind: 'sheet report' });
}
