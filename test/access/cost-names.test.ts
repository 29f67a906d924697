import { expect, test } from '@jest/globals';
import table from '../../core/finding/cost-names.json' with { type: 'json' };
import { costNamesDate, namespacesOfCost, namesToSplit } from '../../core/finding/cost-names.ts';
import { serviceCatalogue } from '../../core/policy/service-catalogue.ts';

test('every namespace of the table exists, and the table says of when it is', () => {
  const names = Object.keys(table.names);
  const unknown = names.flatMap((name) =>
    (namespacesOfCost(name) ?? []).flatMap((namespace) =>
      serviceCatalogue.has(namespace) ? [] : `${name}: ${namespace}`,
    ),
  );
  expect(unknown).toEqual([]);
  expect(names.length).toBeGreaterThan(150);
  expect(costNamesDate()).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test('what a usage type stands for is among what its name stands for', () => {
  for (const name of namesToSplit) {
    const all = namespacesOfCost(name) ?? [];
    for (const usageType of [
      'RUM',
      'Canary',
      'Evidently',
      'InternetMonitor',
      'NetworkFlow',
      'NetworkMonitor',
    ])
      expect(all).toEqual(expect.arrayContaining([...(namespacesOfCost(name, usageType) ?? [])]));
  }
});

test.each([
  ['Amazon MQ', undefined, ['mq']],
  ['EC2 - Other', 'EUC1-NatGateway-Hours', ['ec2']],
  ['EC2 - Other', 'USE1-EBS:SnapshotUsage', ['ec2', 'ebs']],
  ['EC2 - Other', 'something new', ['ec2', 'ebs']],
  ['AmazonCloudWatch', 'EUC1-TimedStorage-ByteHrs', ['logs']],
  ['AmazonCloudWatch', 'EUC1-CW:Requests', ['cloudwatch']],
  ['AmazonCloudWatch', 'EUC1-Canary-runs', ['synthetics']],
  ['Savings Plans for AWS Compute usage', undefined, []],
  ['Claude 3.5 Sonnet (Amazon Bedrock Edition)', undefined, ['bedrock']],
  ['AWS Support (Business)', undefined, ['support']],
  ['Amazon Something New', undefined, null],
])('%s %s', (name, usageType, namespaces) => {
  expect(namespacesOfCost(name, usageType)).toEqual(namespaces);
});
