// Service Authorization Reference, "Resource types defined by AWS Organizations".
const arnOfEntity =
  /^arn:[^:/]*:organizations::[^:/]*:(?:organization|root|ou|account)\/(?:[^/]+\/)?([^/]+)$/;

/** The id in the ARN of an organization, a root, an OU or an account; every other text as it is. */
export function entityIdIn(text: string): string {
  return arnOfEntity.exec(text)?.[1] ?? text;
}
