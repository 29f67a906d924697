import type { JsonBody } from './json-protocol.ts';
import { constraint, invalidInput, notFound } from './organizations-errors.ts';
import { required } from './organizations-input.ts';
import { page } from './organizations-pages.ts';
import type { OrganizationsOperation } from './organizations-reads.ts';
import type { World } from './world.ts';

// Organizations User Guide, "Quotas": 50 tags a resource.
const mostTags = 50;

/** The tags of a request's `Tags` member, checked; empty where there are none. */
export const checkTags = (input: JsonBody): ReadonlyMap<string, string> => {
  const tags = new Map<string, string>();
  const given = input.Tags;
  if (given === undefined || given === null) return tags;
  if (!Array.isArray(given)) throw invalidInput('INVALID_PATTERN', 'TAGS');
  for (const { Key: key, Value: value } of given as readonly {
    readonly Key?: unknown;
    readonly Value?: unknown;
  }[]) {
    if (typeof key !== 'string' || typeof value !== 'string') throw invalidInput('INPUT_REQUIRED', 'TAGS');
    if (key.length < 1) throw invalidInput('MIN_LENGTH_EXCEEDED', 'TAG_KEY');
    if (key.length > 128) throw invalidInput('MAX_LENGTH_EXCEEDED', 'TAG_KEY');
    if (value.length > 256) throw invalidInput('MAX_LENGTH_EXCEEDED', 'TAG_VALUE');
    if (/^aws:/i.test(key)) throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER');
    if (tags.has(key)) throw invalidInput('DUPLICATE_TAG_KEY');
    tags.set(key, value);
  }
  return tags;
};

/** Adds tags to what a resource has; more than AWS allows is a ConstraintViolationException and changes nothing. */
export const setTags = (world: World, resourceId: string, tags: ReadonlyMap<string, string>): void => {
  const merged = new Map([...(world.tags.get(resourceId) ?? []), ...tags]);
  if (merged.size > mostTags)
    throw constraint(
      'MAX_TAG_LIMIT_EXCEEDED',
      'You have exceeded the number of tags allowed on this resource.',
    );
  world.tags.set(resourceId, merged);
};

const resourceOf = (world: World, input: JsonBody): string => {
  const id = required(input, 'ResourceId', /^(r-|ou-|p-|rp-|\d{12}$)/);
  if (!world.entities.has(id) && !world.policies.has(id)) throw notFound('Target');
  return id;
};

/** The tag operations of Organizations by name. */
export const organizationsTags = (
  world: World,
  emptyPages: boolean,
): Readonly<Record<string, OrganizationsOperation>> => ({
  ListTagsForResource: (input) => {
    const id = resourceOf(world, input);
    const items = [...(world.tags.get(id) ?? [])];
    return page(
      input,
      { key: `ListTagsForResource ${id}`, member: 'Tags', items, emptyPages },
      ([key, value]) => ({ Key: key, Value: value }),
    );
  },
  TagResource: (input) => {
    setTags(world, resourceOf(world, input), checkTags(input));
    return {};
  },
  UntagResource: (input) => {
    const id = resourceOf(world, input);
    const keys = input.TagKeys;
    if (!Array.isArray(keys)) throw invalidInput('INPUT_REQUIRED', 'TAG_KEYS');
    for (const key of keys) world.tags.get(id)?.delete(String(key));
    return {};
  },
});
