/** True if every text that `inner` matches is matched by `outer` too; both are wildcard patterns (`*`, `?`) in lower case. */
export const covers = (outer: string, inner: string): boolean => {
  let at = 0;
  let from = 0;
  let star = -1;
  let mark = 0;
  while (from < inner.length) {
    const wanted = outer[at];
    const given = inner[from];
    if (wanted === '*') {
      star = at;
      mark = from;
      at += 1;
    } else if (wanted !== undefined && given !== '*' && (wanted === given || wanted === '?')) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      mark += 1;
      at = star + 1;
      from = mark;
    } else {
      return false;
    }
  }
  while (outer[at] === '*') at += 1;
  return at === outer.length;
};

/** True if some text is matched by both wildcard patterns. */
export const overlap = (left: string, right: string): boolean => {
  let row: boolean[] = [true];
  for (const other of right) row.push(other === '*' && row[row.length - 1] === true);
  for (const one of left) {
    const next: boolean[] = [one === '*' && row[0] === true];
    for (const [index, other] of [...right].entries()) {
      const wild = one === '*' || other === '*';
      const same = one === other || one === '?' || other === '?';
      next.push(wild ? row[index + 1] === true || next[index] === true : same && row[index] === true);
    }
    row = next;
  }
  return row[right.length] === true;
};
