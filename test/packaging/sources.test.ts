import { describe, expect, test } from '@jest/globals';
import { type Configuration, parseConfiguration } from '../../core/base/configuration.ts';
import { identityLimits } from '../../core/base/limits.ts';
import grants from '../../deploy/grants.cjs';

const configured = (sources: object): Configuration => {
  const parsed = parseConfiguration({ sources });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
};
const may = (sources: object, action: string): readonly string[] =>
  Object.entries(grants.rolesFor(configured(sources)))
    .filter(([, role]) => JSON.stringify(role).includes(`"${action}"`))
    .map(([name]) => name)
    .sort();

test.each([
  ['regions', 'account:ListRegions', ['IdentitiesRole']],
  ['cost', 'ce:GetCostAndUsage', []],
  ['simulate', 'iam:SimulateCustomPolicy', ['IdentitiesRole']],
])('the source %s gives the reviewing functions %s, and nobody has it without', (key, action, more) => {
  expect(may({}, action)).toEqual([]);
  expect(may({ [key]: true }, action)).toEqual(['ApplyRole', ...more, 'ReviewRole', 'ScheduledReviewRole']);
});

const replay = {
  ...{ database: 'audit', table: 'trail', workgroup: 'review' },
  trailLocation: 's3://trail-bucket/AWSLogs/o-exampleorg1/',
};
const key = 'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('the source replay', () => {
  test.each([
    ['athena:StartQueryExecution', replay],
    ['glue:GetPartitions', replay],
    ['s3:GetBucketLocation', replay],
    ['s3:PutObject', { ...replay, outputLocation: 's3://results/oar/' }],
  ])('gives the reviewing functions %s, and nobody has it without', (action, configured) => {
    expect(may({}, action)).toEqual([]);
    expect(may({ replay: configured }, action)).toEqual(['ApplyRole', 'ReviewRole', 'ScheduledReviewRole']);
  });

  test('grants name what the configuration names, and no more', () => {
    const given = { ...replay, outputLocation: 's3://results/oar/', keyArns: [key] };
    const ofReview = grants
      .functionGrants(configured({ replay: given }))
      .filter(({ functionName, sid }) => functionName === 'review' && /Trail/.test(sid));
    const named = ofReview.map(({ resources, sid }) => [sid, JSON.stringify(resources)]);
    expect(Object.fromEntries(named)).toEqual({
      QueryTrail: expect.stringMatching(/workgroup\/review"/),
      SeeTrailTable: expect.stringMatching(/:catalog".*:database\/audit".*:table\/audit\/trail"/),
      ReadTrail: expect.stringMatching(/s3:::trail-bucket\/AWSLogs\/o-exampleorg1\/\*"/),
      ListTrailBuckets: expect.stringMatching(/s3:::trail-bucket".*s3:::results"/),
      KeepTrailResults: expect.stringMatching(/s3:::results\/oar\/\*"/),
      UseTrailKeys: expect.stringContaining(key),
    });
  });

  test('with every source on, each role keeps within what IAM takes as inline policies', () => {
    const given = { ...replay, outputLocation: 's3://results/oar/', keyArns: [key] };
    const every = configured({ regions: true, cost: true, simulate: true, replay: given });
    for (const role of Object.values(grants.rolesFor(every))) {
      const { Policies } = (role as { readonly Properties: { readonly Policies: readonly object[] } })
        .Properties;
      expect(JSON.stringify(Policies).length).toBeLessThan(identityLimits.inlineCharacters.role);
    }
  });

  test('where Athena keeps results itself, nothing is written to S3', () => {
    expect(may({ replay }, 's3:PutObject')).toEqual([]);
    expect(may({ replay }, 'kms:GenerateDataKey')).toEqual(may({}, 'kms:GenerateDataKey'));
  });
});
