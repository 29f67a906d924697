import { randomBytes } from 'node:crypto';
import { type JsonBody, JsonError } from './json-protocol.ts';
import { constraint, invalidInput, notFound } from './organizations-errors.ts';
import { idPatterns, policyType, required, sized } from './organizations-input.ts';
import { type OrganizationsOperation, policyOf } from './organizations-reads.ts';
import { policyShape, rootShape } from './organizations-shapes.ts';
import { checkTags, setTags } from './organizations-tags.ts';
import { policyFault } from './policy-syntax.ts';
import { fullAccessPolicyId } from './scenario.ts';
import { moveAccount, placeOf } from './tree.ts';
import type { World, WorldPlace, WorldPolicy } from './world.ts';

// Organizations User Guide, "Quotas": all three are hard limits for SCPs since May 2026.
const mostCharacters = 10_240;
const mostPoliciesOnTarget = 10;
const mostPolicies = 10_000;

const scp = 'SERVICE_CONTROL_POLICY';

const checkContent = (content: string): void => {
  if (content === '') throw invalidInput('MIN_LENGTH_EXCEEDED', 'CONTENT');
  // Counted on the exact text: the API keeps whitespace, and it counts.
  if ([...content].length > mostCharacters) {
    throw constraint(
      'POLICY_CONTENT_LIMIT_EXCEEDED',
      `You have exceeded the allowed size for this policy: ${mostCharacters} characters.`,
    );
  }
  if (policyFault(content) !== null) {
    throw new JsonError(
      'MalformedPolicyDocumentException',
      'The provided policy document does not meet the requirements of the specified policy type.',
    );
  }
};

// Some ways into AWS take white space out before they store a text (the console does): a reader must not trip over it.
const stored = ({ scenario }: World, content: string): string =>
  scenario.storedMinified === true ? content.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1') : content;

const checkName = (world: World, name: string, own: WorldPolicy | null): void => {
  for (const policy of world.policies.values()) {
    if (policy !== own && policy.name === name) {
      throw new JsonError('DuplicatePolicyException', 'A policy with the same name already exists.');
    }
  }
};

const changeable = (policy: WorldPolicy): WorldPolicy => {
  if (policy.awsManaged) throw invalidInput('IMMUTABLE_POLICY');
  return policy;
};

const targetOf = (world: World, input: JsonBody): string => {
  const id = required(input, 'TargetId', idPatterns.target);
  if (!world.entities.has(id)) throw notFound('Target');
  return id;
};

const newId = (): string => {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return `p-${[...randomBytes(8)].map((byte) => letters[byte % letters.length]).join('')}`;
};

const createPolicy = (world: World, input: JsonBody): JsonBody => {
  const name = sized(input, 'Name', 1, 128);
  const description = sized(input, 'Description', 0, 512);
  if (name === undefined) throw invalidInput('INPUT_REQUIRED', 'NAME');
  if (description === undefined) throw invalidInput('INPUT_REQUIRED', 'DESCRIPTION');
  const content = required(input, 'Content');
  const type = policyType(input, 'Type');
  if (type !== scp) {
    throw new JsonError(
      'PolicyTypeNotAvailableForOrganizationException',
      "You can't use the specified policy type with the feature set currently enabled for this organization.",
    );
  }
  const tags = checkTags(input);
  checkContent(content);
  checkName(world, name, null);
  const own = [...world.policies.values()].filter(({ awsManaged }) => !awsManaged);
  if (own.length >= mostPolicies)
    throw constraint(
      'POLICY_NUMBER_LIMIT_EXCEEDED',
      'You have exceeded the number of policies that you can have in an organization.',
    );
  const policy: WorldPolicy = {
    id: newId(),
    name,
    description,
    content: stored(world, content),
    version: 1,
    awsManaged: false,
    targets: new Set(),
  };
  world.policies.set(policy.id, policy);
  setTags(world, policy.id, tags);
  return { Policy: { PolicySummary: policyShape(world, policy), Content: policy.content } };
};

// Observed: the answer names only the fields that were sent; an empty description is answered but not stored.
const updatePolicy = (world: World, input: JsonBody): JsonBody => {
  const policy = changeable(policyOf(world, input));
  const name = sized(input, 'Name', 1, 128);
  const description = sized(input, 'Description', 0, 512);
  const sent = input.Content == null ? undefined : required(input, 'Content');
  if (sent !== undefined) checkContent(sent);
  const content = sent === undefined ? undefined : stored(world, sent);
  if (name !== undefined) checkName(world, name, policy);
  policy.name = name ?? policy.name;
  policy.description = description || policy.description;
  if (content !== undefined && content !== policy.content) {
    policy.content = content;
    policy.version += 1;
  }
  const { Name: _name, Description: _description, ...summary } = policyShape(world, policy);
  return {
    Policy: { PolicySummary: { ...summary, Name: name, Description: description }, Content: policy.content },
  };
};

const attachPolicy = (world: World, input: JsonBody): JsonBody => {
  const policy = policyOf(world, input);
  const target = targetOf(world, input);
  if (!world.policyTypes.has(scp)) {
    throw new JsonError(
      'PolicyTypeNotEnabledException',
      "The specified policy type isn't currently enabled in this root.",
    );
  }
  if (policy.targets.has(target)) {
    throw new JsonError(
      'DuplicatePolicyAttachmentException',
      'The selected policy is already attached to the specified target.',
    );
  }
  const attached = [...world.policies.values()].filter(({ targets }) => targets.has(target)).length;
  if (attached >= mostPoliciesOnTarget) {
    throw constraint(
      'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      'You have attached the maximum number of policies to the specified target.',
    );
  }
  policy.targets.add(target);
  return {};
};

const detachPolicy = (world: World, input: JsonBody): JsonBody => {
  const policy = policyOf(world, input);
  const target = targetOf(world, input);
  if (!policy.targets.has(target)) {
    throw new JsonError(
      'PolicyNotAttachedException',
      "The policy isn't attached to the specified target in the specified root.",
    );
  }
  const attached = [...world.policies.values()].filter(({ targets }) => targets.has(target)).length;
  if (attached <= 1) {
    throw constraint(
      'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      'You cannot remove the last policy attached to the specified target. You should always have at least 1 policy attached.',
    );
  }
  policy.targets.delete(target);
  return {};
};

const deletePolicy = (world: World, input: JsonBody): JsonBody => {
  const policy = changeable(policyOf(world, input));
  if (policy.targets.size > 0)
    throw new JsonError('PolicyInUseException', 'The specified policy is in use and cannot be deleted.');
  world.policies.delete(policy.id);
  world.tags.delete(policy.id);
  return {};
};

const rootOf = (world: World, input: JsonBody): WorldPlace => {
  const id = required(input, 'RootId', idPatterns.root);
  if (id !== world.rootId) throw notFound('Root');
  return placeOf(world, id) as WorldPlace;
};

// Disabling SCPs detaches them all for good; enabling attaches FullAWSAccess to everything (Organizations User Guide).
const switchPolicyType = (world: World, input: JsonBody, enable: boolean): JsonBody => {
  const root = rootOf(world, input);
  const type = policyType(input, 'PolicyType');
  if (world.policyTypes.has(type) === enable) {
    throw enable
      ? new JsonError(
          'PolicyTypeAlreadyEnabledException',
          'The specified policy type is already enabled in the specified root.',
        )
      : new JsonError(
          'PolicyTypeNotEnabledException',
          "The specified policy type isn't currently enabled in this root.",
        );
  }
  if (enable) world.policyTypes.add(type);
  else world.policyTypes.delete(type);
  if (type === scp) {
    for (const policy of world.policies.values()) policy.targets.clear();
    const full = world.policies.get(fullAccessPolicyId);
    if (enable) for (const id of world.entities.keys()) full?.targets.add(id);
  }
  return { Root: rootShape(world, root) };
};

const move = (world: World, input: JsonBody): JsonBody => {
  const account = world.accounts.get(required(input, 'AccountId', idPatterns.account));
  const source = required(input, 'SourceParentId', idPatterns.parent);
  const destination = required(input, 'DestinationParentId', idPatterns.parent);
  if (account === undefined) throw notFound('Account');
  if (account.parent !== source) throw notFound('SourceParent');
  if (placeOf(world, destination) === null) throw notFound('DestinationParent');
  if (source === destination) {
    throw new JsonError(
      'DuplicateAccountException',
      'That account is already present in the specified destination.',
    );
  }
  moveAccount(world, account.id, destination);
  return {};
};

/** The operations of Organizations that change policies, attachments and places, by name. */
export const organizationsWrites = (world: World): Readonly<Record<string, OrganizationsOperation>> => ({
  CreatePolicy: (input) => createPolicy(world, input),
  UpdatePolicy: (input) => updatePolicy(world, input),
  DeletePolicy: (input) => deletePolicy(world, input),
  AttachPolicy: (input) => attachPolicy(world, input),
  DetachPolicy: (input) => detachPolicy(world, input),
  EnablePolicyType: (input) => switchPolicyType(world, input, true),
  DisablePolicyType: (input) => switchPolicyType(world, input, false),
  MoveAccount: (input) => move(world, input),
});
