import { type TemplatePlace, templateText } from './template-value.ts';

/** One grant of one function, as deploy/grants.cjs has it: resources and conditions as a template writes them. */
export interface FunctionGrant {
  readonly functionName: string;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A key of a simulated request with its values. */
export interface ContextEntry {
  readonly key: string;
  readonly type: 'string' | 'stringList';
  readonly values: readonly string[];
}

/** What AWS's simulator is asked about one grant; resources without any stand for `*`. */
export interface Simulation {
  readonly functionName: string;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context: readonly ContextEntry[];
}

/** What a wildcard stands for: the simulator compares texts, and looks nothing up. */
const sample = 'oar-doctor';
const sampleAccount = '123456789012';

/** The question about one grant, or null where it names what the stack does not have. */
export function simulationOf(
  { actions, condition, effect, functionName, resources, sid }: FunctionGrant,
  place: TemplatePlace,
  organizationId: string,
): Simulation | null {
  const named = resources.map((resource) => templateText(resource, place));
  const texts = named.filter((text) => text !== null);
  if (texts.length < named.length) return null;
  const context = contextOf(condition ?? {}, place, organizationId);
  return {
    functionName,
    sid,
    effect,
    actions,
    resources: texts.filter((text) => text !== '*').map(sampleOf),
    context,
  };
}

/** A resource that the pattern matches. */
function sampleOf(pattern: string): string {
  return pattern.replace(/:\*:/g, `:${sampleAccount}:`).replaceAll('*', sample);
}

/** A request that meets the condition. Of policy variables the organization of the caller alone is known. */
function contextOf(
  condition: NonNullable<FunctionGrant['condition']>,
  place: TemplatePlace,
  organizationId: string,
): readonly ContextEntry[] {
  const entries = new Map<string, ContextEntry>();
  const add = (key: string, type: ContextEntry['type'], value: string): void => {
    entries.set(key, { key, type, values: [value] });
  };
  for (const [operator, keys] of Object.entries(condition)) {
    const type = /^For(AnyValue|AllValues):/.test(operator) ? 'stringList' : 'string';
    for (const [key, wanted] of Object.entries(keys)) {
      const text = templateText([wanted].flat()[0], place) ?? '';
      if (text !== ourOrganization) add(key, type, text.replaceAll('*', sample));
      else {
        add(key, type, organizationId);
        add('aws:PrincipalOrgID', 'string', organizationId);
      }
    }
  }
  return [...entries.values()];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM, not of ours.
const ourOrganization = '${aws:PrincipalOrgID}';
