import { expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { policiesToRead } from '../../core/kinds/scp/drafting/policies-to-read.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import table from '../cases/policy/policies-to-read.json' with { type: 'json' };
import { target, treeOf } from '../support/small-world.ts';

const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222221' }, Inner: { 'dev-2': { id: '222222222222' } } },
  Prod: { 'prod-1': { id: '333333333331' }, Deep: { 'prod-2': { id: '333333333332' } } },
  Lab: { 'lab-1': { id: '444444444441' } },
});

function idOf(name: string): string {
  const entity = [...tree.entities.values()].find(
    (one) => one.name === name || (name === 'root' && one.type === 'root'),
  );
  if (!entity) throw new Error(`no entity ${name}`);
  return entity.id;
}

test.each(table.cases)('$name', (row) => {
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error('the defaults are wrong');
  const policies = row.policies.map((given): ServiceControlPolicy => {
    const more = given as { read?: boolean; awsManaged?: boolean; tags?: Record<string, string> };
    return {
      ...{ id: given.id, name: given.id.slice(2), awsManaged: more.awsManaged === true },
      text: more.read ? '{"Version":"2012-10-17","Statement":[]}' : null,
      targets: given.targets.map((name) => target(tree, idOf(name))),
      tags: more.read ? (more.tags ?? {}) : null,
    };
  });
  const needed = policiesToRead(tree, policies, {
    scopeId: idOf(row.scope),
    ...(row.policyId === undefined ? {} : { policyId: row.policyId }),
    policyIds: row.policyIds ?? [],
    configuration: configuration.value,
  });
  expect([...needed].sort()).toEqual([...row.needed].sort());
});
