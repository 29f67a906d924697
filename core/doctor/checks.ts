import type { Check } from './check.ts';
import { bus } from './checks/bus.ts';
import { caller } from './checks/caller.ts';
import { clock } from './checks/clock.ts';
import { concurrency } from './checks/concurrency.ts';
import { configuration } from './checks/configuration.ts';
import { deniedCalls } from './checks/denied-calls.ts';
import { functions } from './checks/functions.ts';
import { keys } from './checks/keys.ts';
import { memberRoles } from './checks/member-roles.ts';
import { ownReads } from './checks/own-reads.ts';
import { permissions } from './checks/permissions.ts';
import { policyType } from './checks/policy-type.ts';
import { principals } from './checks/principals.ts';
import { schedules } from './checks/schedules.ts';
import { scpRoom } from './checks/scp-room.ts';
import { slack } from './checks/slack.ts';
import { sources } from './checks/sources.ts';
import { stack } from './checks/stack.ts';
import { table } from './checks/table.ts';
import { topics } from './checks/topics.ts';

/** Everything that the doctor looks at, in the order in which it is told. A check is a file and a line here. */
export const checks: readonly Check[] = [
  caller,
  clock,
  configuration,
  policyType,
  ownReads,
  scpRoom,
  stack,
  functions,
  permissions,
  concurrency,
  deniedCalls,
  table,
  bus,
  schedules,
  topics,
  keys,
  slack,
  principals,
  memberRoles,
  sources,
];
