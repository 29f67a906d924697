import { createHash } from 'node:crypto';

/** The stylesheet of every page: light and dark, paper and phone; system fonts, nothing loaded. */
export const stylesheet = `
:root{color-scheme:light dark;--paper:#fcfcfa;--card:#fff;--ink:#1c2126;--soft:#59636e;--line:#dfe2e6;--wash:#f3f4f2;--accent:#1d4f7c;
--good:#1a6334;--good-wash:#e7f3ea;--care:#7a4d00;--care-wash:#fbf1dc;--bad:#9b1c1c;--bad-wash:#fbe9e7}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1a1e22;--ink:#e4e7ea;--soft:#9ba5af;--line:#31373e;--wash:#20252a;--accent:#8fbfe8;
--good:#7fd19a;--good-wash:#16301f;--care:#e8bd6a;--care-wash:#33280f;--bad:#f2938b;--bad-wash:#3b1b1a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
.sheet{max-width:64rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1,h2,h3,h4{line-height:1.25;text-wrap:balance;margin:0}
h1{font-size:2rem;font-weight:650;letter-spacing:-.018em}
h2{font-size:1.3rem;font-weight:650;letter-spacing:-.01em;margin:3.25rem 0 .35rem;padding-top:1rem;border-top:2px solid var(--ink)}
h3{font-size:1.08rem;font-weight:650;margin:2rem 0 .3rem}
h4{font-size:.92rem;font-weight:650;margin:1.6rem 0 .3rem}
p{margin:.4rem 0;max-width:46rem}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code,pre,.diff{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
h2 code,h3 code{font-weight:400}
.eyebrow{color:var(--soft);font-size:.82rem;margin:0 0 .4rem}
.lead{font-size:1.1rem;color:var(--soft);margin:.6rem 0 1.6rem}
.first .lead{margin:.4rem 0;font-size:1rem;color:var(--ink)}
.verdict{margin:.4rem 0}
.needed{margin:.7rem 0;border-top:1px solid var(--line);max-width:46rem}
.needed div{display:grid;grid-template-columns:6rem 1fr;gap:.2rem .8rem;padding:.25rem 0;border-bottom:1px solid var(--line)}
.needed dt{color:var(--soft);font-size:.86rem}
.needed dd{margin:0}
.ways{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,12rem));gap:.7rem;margin:.8rem 0}
.ways a{text-align:center;font-weight:600;border:1px solid var(--accent);border-radius:6px;padding:.55rem 1rem;min-height:44px;text-decoration:none}
.choice:target{outline:2px solid var(--accent);outline-offset:4px;border-radius:4px}
.note{color:var(--soft);font-weight:400}
.small{font-size:.86rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.9rem 2rem;margin:1.2rem 0}
.facts dt,.tally dt{color:var(--soft);font-size:.8rem}
.facts dd{margin:0}
.facts .wide{grid-column:1/-1}
.tally{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));margin:1.4rem 0;border:1px solid var(--line);border-radius:6px;background:var(--card)}
.tally div{display:flex;flex-direction:column-reverse;justify-content:flex-end;padding:.8rem 1rem}
.tally div+div{border-left:1px solid var(--line)}
.tally dd{margin:0;font-size:1.7rem;font-weight:600;line-height:1.2;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;margin:1rem 0 0;padding:0}
table{width:100%;border-collapse:collapse;margin:.7rem 0 1.1rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:0 0 .4rem;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.45rem 1rem .45rem 0;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8rem;font-weight:500;color:var(--soft);border-bottom-color:var(--soft);white-space:nowrap}
tbody th{font-weight:550;min-width:10.5rem}
th{overflow-wrap:break-word}
td{overflow-wrap:anywhere}
bdi,code{overflow-wrap:anywhere}
time,.nowrap{white-space:nowrap}
tbody th code{font-weight:400;color:var(--soft)}
.number{text-align:right}
.badge{display:inline-block;padding:.06em .5em;border-radius:4px;background:var(--wash);color:var(--ink);font-size:.82rem;font-weight:550;white-space:nowrap;line-height:1.5}
.badge.good{background:var(--good-wash);color:var(--good)}
.badge.care{background:var(--care-wash);color:var(--care)}
.badge.bad{background:var(--bad-wash);color:var(--bad)}
.notice{border-left:3px solid var(--care);background:var(--care-wash);padding:.55rem .9rem;margin:1rem 0;max-width:none}
article{border:1px solid var(--line);border-radius:6px;background:var(--card);padding:1.3rem 1.5rem 1rem;margin:1.2rem 0 1.8rem}
article h3{margin-top:0}
ul.plain{margin:.3rem 0;padding-left:1.1rem}
ul.plain li{margin:.15rem 0;max-width:46rem;overflow-wrap:anywhere}
ul.services{list-style:none;margin:.5rem 0 1rem;padding:0;columns:17rem;column-gap:2rem;font-size:.9rem}
ul.services li{break-inside:avoid;padding:.1rem 0 .1rem 1rem;text-indent:-1rem}
ul.services span{color:var(--soft)}
ul.names{list-style:none;margin:.3rem 0 .8rem;padding:0;columns:11rem;column-gap:1.5rem}
details{margin:.35rem 0}
summary{cursor:pointer;color:var(--accent);padding:.15rem 0}
.diff{border:1px solid var(--line);border-radius:4px;overflow:auto;max-height:30rem;margin:.5rem 0;padding:.4rem 0;line-height:1.5;background:var(--paper)}
.diff>*{display:grid;grid-template-columns:5.2rem 1fr;text-decoration:none}
.diff .mark{padding-left:.8rem;font-family:system-ui,sans-serif;font-size:.8rem;user-select:none}
.diff .line{white-space:pre-wrap}
.diff ins{background:var(--good-wash);color:var(--good)}
.diff del{background:var(--bad-wash);color:var(--bad)}
.diff .gap{color:var(--soft)}
pre{white-space:pre-wrap;overflow:auto;max-height:30rem;border:1px solid var(--line);border-radius:4px;padding:.8rem;margin:.4rem 0;background:var(--paper);line-height:1.5}
fieldset{border:1px solid var(--line);border-radius:6px;padding:.5rem 1rem .8rem;margin:1.3rem 0;min-width:0;background:var(--card)}
legend{font-weight:600;padding:0 .35rem;margin-left:-.35rem}
.field{margin:1.3rem 0}
.field label{display:block;font-weight:600;margin-bottom:.3rem}
.field label .note{font-size:.9rem}
@supports selector(form:has(:checked)){
.when{display:none}
form:has([value=approve]:checked) .approve,form:has([value=reject]:checked) .reject,form:has([value=snooze]:checked) .snooze,form:has([value=exempt]:checked) .exempt,form:has([value=ask]:checked) .ask,form:has([value=hand-over]:checked) .hand-over{display:block}
form:has([value=ask]:checked) .field:has(#field-confirm),form:has([value=hand-over]:checked) .field:has(#field-confirm){display:none}
}
.choice{display:flex;gap:.6rem;align-items:baseline;padding:.3rem 0;min-height:24px;max-width:46rem;cursor:pointer}
.choice input{flex:none;width:1.15rem;height:1.15rem;margin:0;position:relative;top:.2rem;accent-color:var(--accent)}
fieldset h3{margin:1.3rem 0 .2rem}
fieldset h4{margin:.8rem 0 .1rem;color:var(--soft)}
.all{border-bottom:1px solid var(--line)}
textarea,select,input[type=text],input[type=date]{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:5px;padding:.5rem .65rem;width:100%;max-width:34rem;display:block;min-height:44px}
input[type=date]{max-width:14rem}
.typed{background:var(--wash);padding:.05em .35em;border-radius:4px}
[aria-invalid]{border-color:var(--bad)!important;box-shadow:0 0 0 1px var(--bad)}
.error{color:var(--bad);font-weight:600;margin:.1rem 0 .35rem}
button{font:inherit;font-weight:600;color:var(--paper);background:var(--accent);border:1px solid var(--accent);border-radius:6px;padding:.6rem 1.4rem;min-height:44px;cursor:pointer}
button:hover{filter:brightness(1.08)}
.badges{margin:.7rem 0 0}
.badges .badge{font-size:.92rem;padding:.15em .65em}
.reader{border-top:1px solid var(--line);border-bottom:1px solid var(--line);padding:.6rem 0;max-width:none}
.notice.calm{border-left-color:var(--accent);background:var(--wash)}
.notice.bad{border-left-color:var(--bad);background:var(--bad-wash)}
.notice h2,.notice h3{font-size:1.02rem;border:0;padding:0;margin:.1rem 0 .2rem}
table.history tbody th{font-weight:400;min-width:0;white-space:nowrap}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.86rem}
@media (max-width:40rem){
.sheet{padding:1.4rem 1rem 3rem}
h1{font-size:1.55rem}
.first h1{font-size:1.35rem}
.first .badges{margin:.4rem 0}
.first p{line-height:1.4}
.verdict,.first .lead{margin:.25rem 0}
.needed{margin:.5rem 0}
.needed div{grid-template-columns:4.6rem 1fr;line-height:1.4;padding:.2rem 0;font-size:.95rem}
.needed dt{font-size:.8rem}
article{padding:1rem 1rem .6rem;margin-inline:-.35rem}
.tally{grid-template-columns:1fr 1fr}
.tally div+div{border-left:0}
.tally div:nth-child(even){border-left:1px solid var(--line)}
.tally div:last-child:nth-child(odd){grid-column:1/-1}
.tally div:nth-child(n+3){border-top:1px solid var(--line)}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,caption{display:block}
tr{padding:.55rem 0;border-bottom:1px solid var(--line)}
tbody th{min-width:0}
th,td,.number{display:block;border:0;padding:.08rem 0;text-align:left}
td[data-title]::before{content:attr(data-title) ": ";color:var(--soft)}
.diff>*{grid-template-columns:4.2rem 1fr}
.diff .mark{padding-left:.5rem}
}
@media print{
:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--wash:#eee}
body{font-size:9.5pt}
.sheet{max-width:none;padding:0}
nav,form,.reader a{display:none}
.diff,pre{max-height:none;overflow:visible}
.badge,.diff ins,.diff del{print-color-adjust:exact;-webkit-print-color-adjust:exact}
h2,h3,h4,caption{break-after:avoid}
tr,.diff>*{break-inside:avoid}
thead{display:table-header-group}
.sheet:not(.report) details::details-content{content-visibility:visible;block-size:auto}
summary{color:var(--soft);list-style:none}
}
`;

/** The source expression of a stylesheet for `style-src` of a Content-Security-Policy. */
export function styleSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}

/** The source expression of the one stylesheet. */
export const stylesheetSource: string = styleSource(stylesheet);
