import { describe, expect, test } from '@jest/globals';
import { foreignOwner } from '../../core/policy/foreign-policies.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import rows from '../cases/policy/foreign-policies.json' with { type: 'json' };

const plain: ServiceControlPolicy = {
  id: 'p-example1',
  name: '',
  awsManaged: false,
  text: '',
  targets: [],
  tags: {},
};

describe('who owns an SCP', () => {
  test.each(rows)('$name: $owner', ({ policy, patterns, owner }) => {
    const found = foreignOwner({ ...plain, ...policy } as ServiceControlPolicy, patterns);
    if (owner === null) expect(found).toBeNull();
    else expect(found).toContain(owner);
  });
});
