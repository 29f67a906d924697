import { basename } from 'node:path';

/** Lines that a source file may have at most. */
export const longestFile = 250;

interface LineRule {
  readonly says: string;
  readonly pattern: RegExp;
  readonly holdsIn: RegExp;
  readonly exceptIn?: RegExp;
  /** Whether texts count too, which are emptied for other rules. */
  readonly inTexts?: true;
}

const lineRules: readonly LineRule[] = [
  {
    says: 'reads the clock',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/,
    holdsIn: /^core\//,
  },
  { says: 'throws dice', pattern: /\bMath\.random\b|\brandom(Bytes|UUID|Int)\b/, holdsIn: /^core\// },
  { says: 'is asynchronous', pattern: /\basync\b|\bawait\b/, holdsIn: /^core\// },
  {
    says: 'reads the environment',
    pattern: /\bprocess\.env\b/,
    holdsIn: /^(handlers|core|flow|adapters|web|cli|sandbox)\//,
    exceptIn: /^adapters\/environment\.ts$/,
  },
  {
    says: 'states an AWS limit',
    pattern: /\b(10_?240|5_?120)\b/,
    holdsIn: /^(handlers|core|flow|adapters|web|cli)\//,
    exceptIn: /^core\/base\/limits\.ts$/,
  },
  {
    says: 'names a kind of change',
    pattern: /(['"`])scp\1|\bkind [!=]== (['"`])iam\2/,
    holdsIn: /^(handlers|core|flow|adapters|web)\//,
    exceptIn: /^(core\/kinds\/|core\/change\/content\/)/,
    inTexts: true,
  },
  {
    // Suites of one worker share the loaded product: a module that keeps state would make one depend on another.
    says: 'keeps state of its own',
    pattern: /^(export )?(let|var)\b/,
    holdsIn: /^(core|flow|adapters|web|sandbox)\//,
  },
  {
    // What is empty at first is filled later. A WeakMap may remember what follows from an argument that never changes.
    says: 'keeps state of its own',
    pattern: /^(export )?const \w+(: (?!readonly|Readonly)[^=]*)? = (new (Map|Set)(<.*>)?\(\)|\[\]|\{\});/,
    holdsIn: /^(core|flow|adapters|web)\//,
  },
  { says: "passes on another module's names", pattern: /^export (type )?(\*|\{)/, holdsIn: /./ },
  { says: 'is a default export', pattern: /^export default\b/, holdsIn: /./ },
];

// flow is handed its log and imports the type alone.
const importsLog = /^import (?!type\b).*\bfrom 'pino'/;

const exported = /^export (declare |abstract |async )*(function|const|let|class|interface|type|enum)\b/;

/** What a source file does against the house rules, as sentences that begin with its path. */
export function problemsOf(path: string, text: string): readonly string[] {
  const problems: string[] = [];
  if (/^(utils?|helpers?|misc|common)\.ts$/.test(basename(path)))
    problems.push(`${path} has a name that says nothing`);
  const lines = text.split('\n');
  if (text.endsWith('\n')) lines.pop();
  if (lines.length > longestFile) problems.push(`${path} has ${lines.length} lines`);
  const rules = lineRules.filter(({ holdsIn, exceptIn }) => holdsIn.test(path) && !exceptIn?.test(path));
  for (const [index, code] of withoutCommentsAndTexts(lines).entries()) {
    for (const { inTexts, says, pattern } of rules) {
      if (pattern.test(inTexts ? (lines[index] ?? '') : code)) problems.push(`${path}:${index + 1} ${says}`);
    }
    if (path.startsWith('flow/') && importsLog.test(lines[index] ?? ''))
      problems.push(`${path}:${index + 1} imports more of the log than its type`);
    if (exported.test(code) && !isDocumented(lines, index))
      problems.push(`${path}:${index + 1} is exported without a doc comment`);
  }
  return problems;
}

/** A line scanner, not a parser: it knows comments of whole lines, comments at the end, and texts within one line. */
function withoutCommentsAndTexts(lines: readonly string[]): readonly string[] {
  let inComment = false;
  return lines.map((line) => {
    const trimmed = line.trim();
    if (inComment || trimmed.startsWith('/*')) {
      inComment = !trimmed.includes('*/');
      return '';
    }
    return line.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''").replace(/(^|\s)\/\/.*$/, '');
  });
}

function isDocumented(lines: readonly string[], index: number): boolean {
  let end = index - 1;
  // Directives to the linter may stand between a comment and what it explains.
  while (lines[end]?.startsWith('// biome-ignore')) end -= 1;
  if (!lines[end]?.trimEnd().endsWith('*/')) return false;
  let start = end;
  while (start > 0 && !lines[start]?.trimStart().startsWith('/**')) start -= 1;
  return /[A-Za-z]{2}/.test(lines.slice(start, end + 1).join(' '));
}

/** Characters that one sentence of a doc comment may have at most. */
const longestSentence = 160;

/** The sentences of doc comments that are too long to be read once. Paragraphs, items of lists and tags begin new ones. */
export function longSentencesIn(text: string): readonly string[] {
  const comments = [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, words = '']) => words);
  return comments
    .flatMap((words) => words.split(/\n\s*\*\s*(?=\n|- |@)/))
    .map((words) => words.replace(/\s*\n\s*\* ?/g, ' ').trim())
    .flatMap((words) => words.split(/(?<=[.!?]) (?=\S)/))
    .filter((sentence) => sentence.length > longestSentence);
}
