import type { IdentityFinding } from '../../identity/identity-finding.ts';
import { type Advising, adviseGrant, type GrantAdvice } from './advise.ts';
import type { AdvisedFinding } from './draft.ts';
import { editKey } from './edit.ts';

/** Advises on every path of all open findings: what is said of one path agrees with what all the edits do together. */
export function adviseAll(
  advising: Advising,
  findings: readonly IdentityFinding[],
): readonly AdvisedFinding[] {
  const advised = findings.map((finding) => ({
    finding,
    advice: finding.grants.map((grant) => adviseGrant(advising, finding, grant)),
  }));
  const closed = advised.filter((each) => stayingOf(each) === undefined);
  const made = new Set(
    closed.flatMap(({ advice }) => advice.flatMap(({ edit }) => (edit === null ? [] : [editKey(edit)]))),
  );
  return advised.map((each) => {
    const staying = stayingOf(each);
    return staying === undefined ? each : { ...each, advice: withoutEffect(each, staying, made) };
  });
}

/** The path by which the access remains whatever is done about the others. A policy's bearers are no paths of one another. */
function stayingOf({ advice, finding }: AdvisedFinding): GrantAdvice | undefined {
  return finding.subject.type === 'policy' ? undefined : advice.find(({ edit }) => edit === null);
}

/** Where one path must stay, closing the others would take nothing away: they stay too, unless other findings close them, and it is said. */
function withoutEffect(
  { advice }: AdvisedFinding,
  staying: GrantAdvice,
  made: ReadonlySet<string>,
): readonly GrantAdvice[] {
  const by = `by ${staying.grant.source.name}: ${staying.why}`;
  return advice.map(({ edit, grant, why, ...rest }) => {
    if (edit === null) return { edit, grant, why, ...rest };
    return made.has(editKey(edit))
      ? { grant, edit, why: `${why}, and the access remains ${by}`, isForOthers: true }
      : { grant, edit: null, why: `${why}, but the access would remain ${by}` };
  });
}
