import { expect, test } from '@jest/globals';
import { parsePolicy } from '../../core/policy/document.ts';
import { regionToSimulate } from '../../core/policy/simulated-region.ts';
import { allowedByOrganization } from '../../sandbox/iam/simulate.ts';

const key = 'aws:RequestedRegion';
type Fence = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A fence as AWS's documentation shows it, and the Region whose requests pass it. */
test.each<[string, Fence, string | undefined, string]>([
  ['one Region', { StringNotEquals: { [key]: 'eu-west-1' } }, 'aws', 'eu-west-1'],
  ['a Region that AWS does not track', { StringNotLike: { [key]: 'mx-*' } }, 'aws', 'mx-central-1'],
  ['Regions of China', { StringNotLike: { [key]: ['cn-*'] } }, 'aws-cn', 'cn-north-1'],
  ['the other one of China', { StringNotLike: { [key]: ['cn-northwest-?'] } }, 'aws-cn', 'cn-northwest-1'],
  ['Regions that nobody knows here', { StringNotLike: { [key]: ['eusc-*-1'] } }, 'aws-eusc', 'eusc--1'],
  ['any letter case', { StringNotEqualsIgnoreCase: { [key]: 'EU-CENTRAL-1' } }, 'aws', 'eu-central-1'],
  [
    'the key in another letter case',
    { StringNotEquals: { 'AWS:requestedregion': 'eu-west-1' } },
    'aws',
    'eu-west-1',
  ],
  ['where the key is there', { StringNotLikeIfExists: { [key]: ['mx-*', 'ca-west-1'] } }, 'aws', 'ca-west-1'],
  [
    'several values',
    { 'ForAllValues:StringNotLike': { [key]: ['us-gov-*'] } },
    'aws-us-gov',
    'us-gov-west-1',
  ],
  ['where there is no Region', { Null: { [key]: 'true' } }, 'aws', 'us-east-1'],
  ['where there is no Region in China', { Null: { [key]: 'true' } }, 'aws-cn', 'cn-north-1'],
  ['both', { Null: { [key]: 'false' }, StringNotLike: { [key]: 'mx-*' } }, 'aws', 'mx-central-1'],
  ['where there is no Region, in no known partition', { Null: { [key]: 'true' } }, undefined, 'us-east-1'],
])('a request behind a fence by %s comes from inside', (_, Condition, partition, region) => {
  const fence = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', NotAction: ['iam:*', 'sts:*'], Resource: '*', Condition },
    ],
  });
  const parsed = parsePolicy(fence);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  expect(regionToSimulate(parsed.value.statements, partition)).toBe(region);
  expect(allowedByOrganization([[fence]], 's3:GetObject', { [key]: region })).toBe(true);
});
