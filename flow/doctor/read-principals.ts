import { roleOfSession } from '../../core/base/principal-arn.ts';
import type { PrincipalReading } from '../../core/doctor/readings.ts';
import type { Looking } from './reading.ts';

/** One user or role: a pattern or the root user is nobody whom IAM could be asked for. */
const single = /^arn:[^:]+:iam::\d{12}:(user|role)\/[^*?]+$/;

/** Looks for every user and role that the configuration names: of approvers, of Identity Center, and those that must keep working. */
export async function readPrincipals({
  configuration,
  need,
  ports,
}: Looking): Promise<readonly PrincipalReading[]> {
  const { accountId } = await need('caller');
  const named = [
    ...configuration.identityCenterRoles.map((written) => ({ key: 'identityCenterRoles', written })),
    ...configuration.approvers.flatMap(({ id, principals = [] }) =>
      principals.map((written) => ({ key: `approvers.${id}`, written })),
    ),
    ...configuration.breakGlass
      .filter((written) => single.test(written))
      .map((written) => ({ key: 'breakGlass', written })),
  ];
  return Promise.all(
    named.map(async ({ key, written }) => {
      const { account = accountId, name, type } = principalIn(written);
      const found = account === accountId ? await ports.hasPrincipal(type, name) : null;
      return { key, written, found };
    }),
  );
}

/** The user or role that an ARN or a name of the configuration means; of a session its role. */
function principalIn(written: string): {
  readonly type: 'user' | 'role';
  readonly name: string;
  readonly account?: string;
} {
  const [, account, type, name] =
    /^arn:[^:]+:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/.exec(roleOfSession(written)) ?? [];
  if (account === undefined || name === undefined) return { type: 'role', name: written };
  return { type: type === 'user' ? 'user' : 'role', name, account };
}
