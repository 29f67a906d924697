import { expect, test } from '@jest/globals';
import { AwsRefusal } from '../../adapters/aws/refusal.ts';
import { accountOf } from '../support/worlds.ts';
import { developmentAndElsewhere } from './organization.ts';
import { openStory } from './story.ts';

const losing = '222222222222';
const denying = (...actions: readonly string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'Closed', Effect: 'Deny', Action: actions, Resource: '*' }],
  });

test('whose Regions cannot be read and who loses nothing keeps no change waiting', async () => {
  const [unit, elsewhere] = developmentAndElsewhere.root.children ?? [];
  if (!unit || !('ou' in unit) || !elsewhere) throw new Error('no unit');
  const quiet = accountOf('222222222224', 'dev-3', { s3: { daysAgo: 3 } }, '2023-01-05');
  const children = [{ ...unit, children: [...(unit.children ?? []), quiet] }, elsewhere];
  const own = {
    ...{ id: 'p-quiet00000', name: 'StorageAlone' },
    ...{ content: denying('lex:*', 'dms:*'), targets: [quiet.account] },
  };
  const story = await openStory({
    scenario: {
      ...developmentAndElsewhere,
      root: { ...developmentAndElsewhere.root, children },
      policies: [...(developmentAndElsewhere.policies ?? []), own],
      trustedServices: ['account.amazonaws.com'],
      cost: { [losing]: [{ service: 'Amazon Simple Storage Service', amount: 3 }] },
    },
    configuration: { sources: { regions: true, cost: true } },
  });
  const { regions } = story.ports;
  const said = { operation: 'ListRegions', code: 'ResourceNotFoundException', said: 'no such account' };
  const refusing = (accountId: string): typeof regions => ({
    enabledRegions: (id) =>
      id === accountId
        ? Promise.reject(new AwsRefusal({ ...said, kind: 'other', isUnsent: true }))
        : regions.enabledRegions(id),
  });
  const id = await story.approved();
  expect(await story.outcome(id, { regions: refusing(losing) })).toContain('regions: ');
  expect(story.count('GetCostAndUsage')).toBe(1);
  expect(await story.outcome(id, { regions: refusing(quiet.account) })).toBe('applied');
  expect(story.count('GetCostAndUsage')).toBe(2);
  await story.close();
});
