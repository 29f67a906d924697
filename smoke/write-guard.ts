/** What the test may write to. */
export interface OwnResources {
  readonly ouId: string;
  /** Ids of the SCPs that it made itself. */
  readonly made: ReadonlySet<string>;
}

type Input = Readonly<Record<string, unknown>>;

/** Calls that change nothing. A report job of IAM is no change: it is read and forgotten. */
const reading = /^(?:Describe|Get|List|Validate)|^GenerateOrganizationsAccessReport$/;

/** When a write is about the OU of the test and SCPs that it made; a write without an entry is never sent. */
const writes: Readonly<Record<string, (input: Input, own: OwnResources) => boolean>> = {
  CreatePolicy: () => true,
  UpdatePolicy: ({ PolicyId }, { made }) => made.has(String(PolicyId)),
  DeletePolicy: ({ PolicyId }, { made }) => made.has(String(PolicyId)),
  AttachPolicy: ({ PolicyId, TargetId }, { made, ouId }) => made.has(String(PolicyId)) && TargetId === ouId,
  DetachPolicy: ({ PolicyId, TargetId }, { made, ouId }) => made.has(String(PolicyId)) && TargetId === ouId,
};

/** Why a call must not be sent, or null: whatever writes must write to the OU of the test and to SCPs that the test made. */
export function refusalOf(operation: string, input: unknown, own: OwnResources): string | null {
  if (reading.test(operation)) return null;
  const allowed = Object.hasOwn(writes, operation) ? writes[operation] : undefined;
  if (allowed?.(input as Input, own)) return null;
  return `${operation} ${JSON.stringify(input)} is not about ${own.ouId} and SCPs that this test made`;
}
