/**
 * The fault of a JSON text that JSON.parse does not show, or null: a key that occurs twice in one object.
 * The text must be valid JSON.
 */
export const duplicateKey = (text: string): string | null => {
  const open: (Set<string> | null)[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  let last = '';
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const part = found[0];
    if (part === '{') open.push(new Set());
    else if (part === '[') open.push(null);
    else if (part === '}' || part === ']') open.pop();
    else if (part === ':') {
      const keys = open[open.length - 1];
      const key = JSON.parse(last) as string;
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    last = part;
  }
  return null;
};
