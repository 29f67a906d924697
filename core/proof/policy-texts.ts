import { rememberedFor } from '../base/remembered.ts';
import { type PolicyDocument, parsePolicy } from '../policy/document.ts';
import { isRead, type ServiceControlPolicy } from '../policy/service-control-policy.ts';

/** What the SCPs of an organization say, before any edit: read once for all proofs of a review. */
export interface PolicyTexts {
  /** The texts that are attached somewhere, by policy id. */
  readonly documents: ReadonlyMap<string, PolicyDocument>;
  /** SCPs whose text was read and is no policy as this product understands it. */
  readonly malformed: readonly ServiceControlPolicy[];
  /** Namespaces that the attached texts spell out. */
  readonly prefixes: ReadonlySet<string>;
}

/** Reads the SCPs of an organization. */
export const policyTextsOf = rememberedFor(readPolicyTexts);

function readPolicyTexts(policies: readonly ServiceControlPolicy[]): PolicyTexts {
  const documents = new Map<string, PolicyDocument>();
  const malformed: ServiceControlPolicy[] = [];
  for (const policy of policies) {
    if (!isRead(policy)) continue;
    const parsed = parsePolicy(policy.text);
    if (!parsed.ok) malformed.push(policy);
    else if (policy.targets.length > 0) documents.set(policy.id, parsed.value);
  }
  const prefixes = new Set([...documents.values()].flatMap(prefixesOf));
  return { documents, malformed, prefixes };
}

/** The namespaces that a text spells out. */
export function prefixesOf({ statements }: PolicyDocument): readonly string[] {
  return statements.flatMap(({ actions }) =>
    actions.patterns
      .map((pattern) => pattern.split(':')[0]?.toLowerCase() ?? '')
      .filter((prefix) => /^[a-z0-9-]+$/.test(prefix)),
  );
}
