import fc from 'fast-check';

/** A few namespaces with prefixes of one another, so that wrong prefix matching shows. */
export const namespaces = ['s3', 's3-outposts', 'lex', 'dms', 'ec2', 'ec', 'a2c'] as const;

/** Concrete actions of these services. */
export const actions = [
  's3:GetObject',
  's3:PutObject',
  's3-outposts:GetObject',
  'lex:CreateBot',
  'dms:A',
  'ec2:RunInstances',
  'ec:Run',
  'a2c:b',
];

/** The principals that random policies exempt. */
const principals = ['arn:aws:iam::*:role/break-glass', 'arn:aws:iam::111111111111:role/pipeline'] as const;

// A policy variable as AWS spells it, built so that it is no template of ours.
const policyVariable = ['arn:aws:s3:::$', '{aws:username}/*'].join('');

const pattern = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...namespaces).map((namespace) => `${namespace}:*`) },
  fc.constantFrom(
    '*',
    'S3:Get*',
    's3:*Object',
    'ec2:Run?nstances',
    'lex:**',
    '*:*',
    'dms:A',
    'ec*:Run*',
    'lex:?*',
    'lex:?',
    'LEX:*',
    '?3:Get*',
    's*:*',
    '*:Get*',
  ),
);
const resource = fc.oneof(
  { weight: 4, arbitrary: fc.constant('*') },
  fc.constantFrom('arn:aws:s3:::b/*', 'arn:aws:s3:::b/x', policyVariable),
);
const oneOrList = (value: fc.Arbitrary<string>): fc.Arbitrary<string | string[]> =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 4 }));
const condition = fc.oneof(
  fc.record({ ArnNotLike: fc.record({ 'aws:PrincipalArn': oneOrList(fc.constantFrom(...principals)) }) }),
  fc.constant({ Bool: { 'aws:SecureTransport': false } }),
  fc.constant({
    StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] },
    NumericLessThan: { 'x:Age': 1.5 },
  }),
);

const foreignStatement = fc
  .tuple(
    fc.option(fc.constantFrom('Foreign1', 'DenyUnusedServices', 'DenyUnusedServices3'), { nil: null }),
    fc.constantFrom('Allow', 'Deny'),
    fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
    oneOrList(pattern),
    fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
    oneOrList(resource),
    fc.option(condition, { nil: null, freq: 2 }),
  )
  .map(([sid, effect, actionKey, action, resourceKey, resources, when]) => ({
    ...(sid === null ? {} : { Sid: sid }),
    Effect: effect,
    [actionKey]: action,
    [resourceKey]: resources,
    ...(when === null ? {} : { Condition: when }),
  }));

/** A random SCP as a JSON value: arrays and single values, every element of the language. */
export const policyValue = fc
  .tuple(fc.array(foreignStatement, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.boolean())
  .map(([statements, single, version]) => ({
    ...(version ? { Version: '2012-10-17' } : {}),
    Statement: single && statements.length === 1 ? statements[0] : statements,
  }));

/** A random SCP as a text in one of several layouts. */
export const policyText = fc
  .tuple(policyValue, fc.constantFrom<number | string>(0, 2, 4, '\t'), fc.boolean())
  .map(([value, indentation, windows]) => {
    const text = JSON.stringify(value, null, indentation);
    return windows ? text.replaceAll('\n', '\r\n') : text;
  });

/** Some services, at least one. */
export const someServices = fc.uniqueArray(fc.constantFrom(...namespaces), { minLength: 1 });

/** No exemption, or one or both of the principals. */
export const someExemption = fc.uniqueArray(fc.constantFrom(...principals));
