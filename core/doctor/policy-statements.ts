/** A statement of a resource policy, as far as the checks look at it. */
export interface PolicyStatement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
}

/** The statements of a resource policy; none where there is no policy or its text is no JSON. */
export function statementsIn(policy: string | null): readonly PolicyStatement[] {
  if (policy === null) return [];
  try {
    const { Statement = [] } = JSON.parse(policy) as {
      readonly Statement?: PolicyStatement | readonly PolicyStatement[];
    };
    return [Statement].flat();
  } catch {
    return [];
  }
}
