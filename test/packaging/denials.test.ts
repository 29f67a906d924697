import { expect, test } from '@jest/globals';
import { bundle, withBundleFolder } from '../../bench/bundle.ts';
import grants from '../cases/packaging/denials-grants.json' with { type: 'json' };
import { withoutPage } from './configurations.ts';
import { resolveResources } from './package-service.ts';

const { trailLogGroup } = withoutPage.deployment;

test('denied calls are not watched until the configuration names the log group of the trail', async () => {
  const resources = await resolveResources();
  expect(Object.keys(resources).filter((id) => /Denials|Trail/.test(id))).toEqual([]);
});

test('named, that log group alone starts a function that may append to changes and do nothing else', async () => {
  const resources = await resolveResources(withoutPage);
  const ofFunction = { 'Fn::GetAtt': ['DenialsLambdaFunction', 'Arn'] };
  expect(resources.LogsMayStartDenials?.Properties).toEqual({
    ...{ FunctionName: ofFunction, Action: 'lambda:InvokeFunction', Principal: 'logs.amazonaws.com' },
    SourceAccount: { Ref: 'AWS::AccountId' },
    SourceArn: {
      'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${trailLogGroup}:*`,
    },
  });
  const { DestinationArn, FilterPattern, LogGroupName } = resources.TrailSubscription?.Properties ?? {};
  expect([DestinationArn, LogGroupName]).toEqual([ofFunction, trailLogGroup]);
  // What the parser takes must come through the filter.
  for (const words of [
    'with an explicit deny in a service control policy: arn:',
    'because no identity-based policy allows',
    'with an explicit deny in an identity-based policy',
  ])
    expect(FilterPattern).toContain(`($.errorMessage = "*${words}*")`);
  expect(resources.DenialsLambdaFunction?.Properties).toMatchObject({
    Handler: 'handlers/denials.handler',
    Role: { 'Fn::GetAtt': ['DenialsRole', 'Arn'] },
    DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['FailedInvocations', 'Arn'] } },
  });
  const [policy] = resources.DenialsRole?.Properties.Policies ?? [];
  expect(policy.PolicyDocument.Statement).toEqual(grants);
  expect(resources).toHaveProperty('DenialsErrorsAlarm');
  expect(resources).toHaveProperty('DenialsCouldNotTell');
});

test('its function is small', async () => {
  await withBundleFolder(async (folder) => {
    const { kilobytes } = await bundle(folder, 'denials', { file: 'handlers/denials.ts' });
    expect(kilobytes).toBeLessThan(600);
  });
});
