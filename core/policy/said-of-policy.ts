// Also in German, French, Spanish, Italian, Portuguese and Dutch.
const verbs =
  '(?:managed|maintained|created|deployed|provisioned|generated|controlled|owned|applied|built|rolled out|administered|configured|defined|handled|orchestrated|updated|published|enforced|automated|written|pushed|made|added|stored|synced|synchroni[sz]ed|' +
  'verwaltet|erstellt|bereitgestellt|g[ée]r[ée]e?|d[ée]ploy[ée]e?|gestionad[ao]|administrad[ao]|cread[ao]|gestit[ao]|gerenciad[ao]|gerid[ao]|beheerd)(?![a-zà-ÿ])';
// The policy itself must be what is managed: not "denies deleting roles created by Terraform".
const ofThePolicy =
  '(?:^\\W*|[.;:,|(\\[/–—-]\\s*|\\b(?:policy|scp|guardrails?|it|is|was|now|still|currently|automatically|fully|wird|est|wordt)\\s+)';
const by =
  '\\b(?:by|with|via|through|using|from|in|durch|mit|von|par|avec|por|con|da|pelo|door|met)(?:\\s*[:=-]\\s*|\\s+)(?:an?\\s+|the\\s+|our\\s+)?(?:aws[\\s_-]*|hashicorp\\s+)?';
// What it is for is no maker: `created to work with Terraform`.
const gap =
  '(?:(?!\\b(?:not|never|without|instead|after|for use|reviewed|to (?:work|protect|allow|deny|prevent|support|enable|help|block|stop|restrict|keep))\\b)[^.;]){0,30}?';

/** `Managed by Terraform`, `This SCP is created by the platform team with the AWS CDK`, `ADF Managed policy`. */
export function saysManagedBy(text: string, word: string, isCommon: boolean): boolean {
  const tool = escaped(word);
  // Most texts do not name the tool: that is told without compiling a pattern.
  const [first = ''] = word.toLowerCase().split(' ');
  if (!text.toLowerCase().includes(first)) return false;
  const named = `${by}${tool}(?![a-z0-9])`;
  // Last in German and Dutch: `Wird mit Terraform verwaltet`.
  const last = `${ofThePolicy}${named}(?=\\s+(?:verwaltet|erstellt|bereitgestellt|beheerd)(?:\\W*$|\\s*[.;:,)]))`;
  const moved = `${ofThePolicy}(?:migrated|moved|imported|ported)\\s+(?:in)?to\\s+${tool}(?![a-z0-9])`;
  const managed = new RegExp(`${ofThePolicy}${verbs}${gap}${named}|${moved}|${last}`, 'gi');
  const own = `(?:^\\W*|[.;|/,(]\\s*|\\s-\\s*)(?:aws[\\s_-]*)?${tool}[ -](?:managed|generated|controlled|provisioned|deployed)(?=\\W*$|[.:;,)]|\\s+(?:scp|policy|service|guardrail))`;
  const inBrackets = `^\\s*[([]\\s*${tool}\\s*[)\\]]`;
  const today = withoutPast(text, tool);
  return (
    (isNamed(today, managed, isCommon) ||
      new RegExp(isCommon ? own : `${own}|${inBrackets}`, 'i').test(today)) &&
    !new RegExp(`\\bnot ${verbs}`, 'i').test(text)
  );
}

/** Whether a pattern that ends in the name of a tool finds the tool itself. */
function isNamed(text: string, pattern: RegExp, isCommon: boolean): boolean {
  return [...text.matchAll(pattern)].some((found) => {
    const rest = text.slice(found.index + found[0].length);
    return isCommon ? isToolAlone(rest) : !/^\s+(?:ou|ous|accounts?)\b/i.test(rest);
  });
}

const clauseEnds =
  /[,;:|()[\]!"'\u2013\u2014]|\s-\s|\.(?:\s|$)|\s(?:and|at|do|for|from|in|on|or|please|since|using|via|with)\b/i;
const toolNouns =
  /^(?:ci|cd|ci\/cd|io|ng|pipelines?|workflows?|jobs?|scripts?|tools?|tooling|system|process|bot|runners?|platform|infra|server|enterprise|cloud|deployments?|v?\d[\w.]*)$/i;

/** By what stands behind a name that people and teams have too: `Harness NG` and `ci-main` are tools; `Travis Miller` and `puppet-team` are not. */
function isToolAlone(rest: string): boolean {
  const [joined = '', ...words] = (rest.split(clauseEnds, 1)[0] ?? '').split(/\s+/);
  if (/@|^\.(?!io\b)|[-_/](?:team|squad|guild|chapter|admins|security)\b/i.test(joined)) return false;
  return words.every((word) => word === '' || toolNouns.test(word));
}

// Not `Protects automatically generated snapshots`, `Denies secrets that are kept in git`.
const written = new RegExp(
  `${ofThePolicy}(?:auto-?generated|auto generated|automatically generated|(?:managed|maintained|kept|defined) (?:as|in|via) (?:code|git)|version[- ]controlled|under version control)\\b`,
  'i',
);
// `Deployed by the landing zone pipeline`, not `maintained by the team of pipelines`.
const byPipeline = new RegExp(
  `${ofThePolicy}${verbs}\\s+${by}(?:(?!(?:to|for|of|that|which|who|and|in)\\b)[\\w/-]+\\s+){0,3}(?:pipelines?|repo|repository)\\b(?!\\s+(?:team|squad|desk|ou|accounts?|roles?)\\b)`,
  'i',
);
const automatic = new RegExp(
  `${ofThePolicy}(?:auto-?managed|automatically managed|managed automatically)(?=\\W*$|[.:;,)]|\\s+by\\b)`,
  'i',
);

const changesOfIt =
  '(?:changes?|edits?|modifications?)\\b(?!\\s+(?:to|of|in|at|outside)\\s+(?!this\\b|it\\b|the\\s+(?:policy|scp|console)\\b))[^.;]{0,30}?';
const undone =
  '(?:automatically )?(?:overwritten|lost|reverted|undone|discarded)\\b(?! by (?:people|hand|config|aws)\\b)';
// `Changes will be lost` warns wherever it is said; `so that no changes are lost` does not.
const lost = new RegExp(
  `\\b${changesOfIt} (?:will|may) be ${undone}|(?:^\\W*|[.;:!]\\s*|\\b(?:manual|direct|all|any)\\s+)${changesOfIt} (?:are|is|gets?) ${undone}`,
  'i',
);

/** `This policy is auto-generated`, `managed as code`, `manual changes will be overwritten`. */
export function isWrittenElsewhere(text: string): boolean {
  return (
    byPipeline.test(withoutPast(text, 'pipelines?')) ||
    [written, lost, automatic].some((pattern) => pattern.test(text))
  );
}

const edit =
  '(?:do\\s+not|don.?t|never)\\s+(?:(?:delete|remove|detach|rename|move)\\s*(?:,|/|or|and)\\s*)*(?:edit|modify|change|touch|alter)';
const noun = '(?:policy|scp|guardrail|resource|statement|document|file)\\b';
const console = '(?:in|via|from|through|with|using)\\s+(?:the\\s+)?(?:aws\\b|management\\b|console\\b)';
const condition = '(?:without|w/o|unless|outside|except|before)\\b';
// Of the policy itself, wherever it is said: `Terraform policy do not edit`.
const ofItself = `\\W*$|\\s+(?:this\\b|${noun}|by\\s+hand|manually|directly|${console}|${condition})`;
// Elsewhere it may be a rule for people in accounts: `so that accounts do not change it`, `do not touch production keys`.
const asked =
  '\\s*[^\\w\\s]|\\s+(?:it|here|or|and|any|anything|managed|owned|generated|created|deployed|contact|ask|see)\\b';
const clauseBegins = '(?:^\\W*|[.;:,!?|(\\[/–—-]\\s*|\\b(?:please|bitte|veuillez|por favor)\\s+)';
const otherwise =
  '(?:nicht\\s+(?:ändern|aendern|bearbeiten|editieren|anpassen)|nicht\\s+(?:manuell|von\\s+hand)\\s+(?:ändern|aendern|bearbeiten|anpassen)|' +
  'ne\\s+pas\\s+(?:modifier|[ée]diter|changer)|no\\s+(?:modificar|editar|cambiar)|n[ãa]o\\s+(?:modificar|editar|alterar)|non\\s+modificare|' +
  'niet\\s+(?:handmatig\\s+)?(?:wijzigen|aanpassen|bewerken))' +
  '(?:\\s*$|\\s*[^\\w\\s]|\\s+(?:ohne|manuell|von|sans|manuellement|cette|sin|manualmente|esta|sem|senza|questa|zonder|handmatig|deze|diese)\\b)';
// `The bucket policy must not be changed` is what an SCP enforces.
const ofOthers =
  '(?:password|bucket|key|trust|resource|lifecycle|endpoint|repository|vault|backup|queue|topic|iam|role|user|session|retention|a|any|each|every|their|its|no)';
const passive =
  `(?:^\\W*|(?<!\\b${ofOthers}\\s+)\\b(?:policy|scp|guardrail)\\s+)` +
  '(?:(?:must|should|shall|may)\\s+)?(?:not|never)\\s+(?:to\\s+)?be\\s+(?:edited|modified|changed|altered|touched)\\b';
const noManual = `no\\s+(?:manual|direct)\\s+(?:changes?|edits?|modifications?)(?=\\W*$|\\s*[^\\w\\s]|\\s+(?:to\\s+)?this\\b|\\s+(?:please|here|allowed)\\b)`;
// `Edit only via pull request`, `Changes must be made in Terraform`; not `Changes in Git are logged`.
const onlyThere =
  '(?:only\\s+)?(?:edit|change|modify|update)s?(?:\\s+(?:only|must|should|may|can|are|be|made|this|it|(?:the\\s+)?(?:policy|scp)))*' +
  '\\s+(?:via|through|in|by|with|as)\\s+(?:an?\\s+|the\\s+)?(?:[\\w/-]+\\s+)?(?:(?:pull|merge)[ -]requests?|prs?|mrs?|pipelines?|git|github|gitlab|terraform|code|iac|repo|repository)' +
  '(?=\\W*$|[.;:,)]|\\s+(?:only|to|instead|please)\\b)';
const leaveIt = new RegExp(
  `\\b${edit}(?:${ofItself})|${clauseBegins}${edit}(?:${asked}|\\s+the\\s+${noun})|${clauseBegins}(?:${otherwise}|${noManual}|${onlyThere})|${passive}`,
  'i',
);

/** `Do not edit`, `Please don't change this SCP by hand`, `Do not change without asking security`, `Bitte nicht bearbeiten`. */
export function asksToLeaveIt(text: string): boolean {
  return leaveIt.test(text);
}

const past =
  '\\b(?:formerly|previously|once|no longer|used to be|was (?:managed|maintained|controlled|owned|run)|(?:migrated|moved|taken|ported|imported) (?:away |out |over )?(?:from|of))\\b';

/** What a text says of how things were: `formerly managed by Terraform`, `migrated from Terraform`, `managed by Terraform until 2024`. */
function withoutPast(text: string, tool: string): string {
  return text
    .replace(new RegExp(`${past}[^.;,(]{0,60}?${tool}(?![a-z0-9])`, 'gi'), '')
    .replace(new RegExp(`[^.;,]{0,60}${tool} (?:until|before)\\b`, 'gi'), '');
}

/** Whether a value names a tool, other than by "not terraform". */
export function hasWord(value: string, word: string, isCommon: boolean): boolean {
  const notBefore = '(?<!\\b(?:not|no|non|never|without)\\b[^,;.:(]{0,12})';
  const tool = escaped(word);
  const named = new RegExp(
    `(?<![a-z0-9])${notBefore}(?:aws)?${tool}(?!(?!v?\\d{1,2}(?![a-z0-9]))[a-z0-9])`,
    'gi',
  );
  // Also joined to other words: `TerraformCloud`, `ScpPipeline`.
  return [value, value.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')].some((each) => {
    const today = withoutPast(each, tool);
    return isCommon ? isNamed(today, named, true) : today.search(named) >= 0;
  });
}

/** Whether a value is the name of a tool and nothing else. */
export function isWord(value: string, word: string): boolean {
  return new RegExp(`^\\W*(?:aws[\\s_-]*)?${escaped(word)}\\W*$`, 'i').test(value);
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '[\\s_-]*');
}
