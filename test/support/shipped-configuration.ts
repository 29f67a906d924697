import file from '../../reviewer.config.json' with { type: 'json' };

/** Runs something with an installation's own configuration: what handlers load. Puts the shipped one back afterwards. */
export async function withConfiguration<Answer>(
  configuration: object,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const shipped: Record<string, unknown> = { ...file };
  const loaded: Record<string, unknown> = file;
  Object.assign(loaded, configuration);
  try {
    return await run();
  } finally {
    for (const key of Object.keys(loaded)) if (!(key in shipped)) delete loaded[key];
    Object.assign(loaded, shipped);
  }
}
