type Tags = Readonly<Record<string, string>>;

/** The tag by which an SCP that this product made is known in the console and in bills. */
export const ownMark = { key: 'org-access-reviewer', value: 'created' } as const;

/** The tags of an SCP that this product makes: those of the configuration, and its own mark. */
export function tagsOfNewPolicy(configured: Tags): Tags {
  return { ...configured, [ownMark.key]: ownMark.value };
}

/** The tags that others put on an SCP: on one that this product made, those of the configuration are its own doing. */
export function tagsOfOthers(tags: Tags | null, configured: Tags): Tags | null {
  if (tags?.[ownMark.key] !== ownMark.value) return tags;
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => configured[key] !== value));
}
