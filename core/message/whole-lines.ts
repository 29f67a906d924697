/** As many whole lines as fit into so many characters, and how many are left. */
export function wholeLines(lines: readonly string[], longest: number): string {
  let text = '';
  for (const [index, line] of lines.entries()) {
    const rest = `\nand ${lines.length - index} more`;
    if (text.length + line.length + rest.length > longest) return `${text}${rest}`;
    text += `${index === 0 ? '' : '\n'}${line}`;
  }
  return text;
}
