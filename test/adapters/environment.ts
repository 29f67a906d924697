/** The variables by which the SDK's own chain finds an endpoint and credentials. */
const awsVariables = {
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE000000001',
  AWS_SECRET_ACCESS_KEY: 'example-secret',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const;

/** Points the SDK at an endpoint, as a person would by exporting variables; answers how to undo it. */
export function pointAt(
  endpoint: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): () => void {
  const wanted: Record<string, string | undefined> = {
    ...awsVariables,
    AWS_ENDPOINT_URL: endpoint,
    ...changes,
  };
  const before = Object.keys(wanted).map((key) => [key, process.env[key]] as const);
  for (const [key, value] of Object.entries(wanted)) setVariable(key, value);
  return () => {
    for (const [key, value] of before) setVariable(key, value);
  };
}

function setVariable(key: string, value: string | undefined): void {
  if (value === undefined) delete process.env[key];
  else process.env[key] = value;
}
