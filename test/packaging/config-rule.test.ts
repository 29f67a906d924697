import { expect, test } from '@jest/globals';
import { bundle, withBundleFolder } from '../../bench/bundle.ts';
import grants from '../cases/packaging/config-rule-grants.json' with { type: 'json' };
import { withoutPage } from './configurations.ts';
import { resolveResources } from './package-service.ts';

test('the Config rule is off until the configuration turns it on', async () => {
  const resources = await resolveResources();
  expect(Object.keys(resources).filter((id) => /ConfigRule|UnusedRoles|MayStartRule/.test(id))).toEqual([]);
  expect(Object.keys(resources)).not.toContain('ConfigRuleLambdaFunction');
});

test('turned on, it is a scheduled rule that starts a function with few rights', async () => {
  const resources = await resolveResources(withoutPage);
  const rule = resources.UnusedRolesRule?.Properties;
  const ofFunction = { 'Fn::GetAtt': ['ConfigRuleLambdaFunction', 'Arn'] };
  expect(rule).toMatchObject({
    InputParameters: { max_days_for_last_used: '60' },
    Source: {
      Owner: 'CUSTOM_LAMBDA',
      SourceIdentifier: ofFunction,
      SourceDetails: [{ EventSource: 'aws.config', MessageType: 'ScheduledNotification' }],
    },
  });
  expect(resources.UnusedRolesRule).toMatchObject({ DependsOn: ['ConfigMayStartRule'] });
  expect(resources.ConfigMayStartRule?.Properties).toEqual({
    FunctionName: ofFunction,
    Action: 'lambda:InvokeFunction',
    Principal: 'config.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
  });
  expect(resources.ConfigRuleLambdaFunction?.Properties).toMatchObject({
    Handler: 'handlers/config-rule.handler',
    Role: { 'Fn::GetAtt': ['ConfigRuleRole', 'Arn'] },
    DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['FailedInvocations', 'Arn'] } },
  });
  const [policy] = resources.ConfigRuleRole?.Properties.Policies ?? [];
  expect(policy.PolicyDocument.Statement).toEqual(grants);
  expect(resources).toHaveProperty('ConfigRuleErrorsAlarm');
});

test('its function is small', async () => {
  await withBundleFolder(async (folder) => {
    const { kilobytes } = await bundle(folder, 'config-rule', { file: 'handlers/config-rule.ts' });
    expect(kilobytes).toBeLessThan(1_500);
  });
});
