/** A rule of a bus. */
interface Rule {
  readonly name: string;
  readonly busName: string;
  readonly arn: string;
  readonly pattern: string;
  /** `ENABLED` or `DISABLED`. */
  readonly state: string;
}

type Body = Readonly<Record<string, unknown>>;
type Reply = { readonly body: Body } | { readonly code: string; readonly message: string };

/** Rules of buses, by bus and name, and the policies of buses; they are kept and shown, and no target is called. */
export interface BusRules {
  readonly rules: Map<string, Rule>;
  /** Bus name → policy text. */
  readonly policies: Map<string, string>;
  /** Bus name → customer-managed key. */
  readonly keys: Map<string, string>;
}

const pageItems = 100;

const unknownBus = (name: string): Reply => ({
  code: 'ResourceNotFoundException',
  message: `Event bus ${name} does not exist.`,
});

/** PutRule: the same name again replaces the rule. */
export const putRule = (
  state: BusRules,
  buses: ReadonlyMap<string, unknown>,
  body: Body,
  arnPrefix: string,
): Reply => {
  const name = String(body.Name ?? '');
  const busName = String(body.EventBusName ?? 'default');
  if (!buses.has(busName)) return unknownBus(busName);
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
    return { code: 'ValidationException', message: `Rule name '${name}' is not valid.` };
  const arn = `${arnPrefix}:rule/${busName === 'default' ? '' : `${busName}/`}${name}`;
  state.rules.set(`${busName}|${name}`, {
    name,
    busName,
    arn,
    pattern: String(body.EventPattern ?? ''),
    state: String(body.State ?? 'ENABLED'),
  });
  return { body: { RuleArn: arn } };
};

/** ListRules of one bus, 100 to a page. */
export const listRules = (state: BusRules, buses: ReadonlyMap<string, unknown>, body: Body): Reply => {
  const busName = String(body.EventBusName ?? 'default');
  if (!buses.has(busName)) return unknownBus(busName);
  const start = Number(body.NextToken ?? 0);
  const rules = [...state.rules.values()].filter((rule) => rule.busName === busName);
  const page = rules.slice(start, start + pageItems).map((rule) => ({
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    State: rule.state,
    EventBusName: rule.busName,
  }));
  const more = start + pageItems < rules.length;
  return { body: { Rules: page, ...(more ? { NextToken: String(start + pageItems) } : {}) } };
};

/** PutPermission with a whole policy, which DescribeEventBus shows; nobody is refused by it. */
export const putPermission = (state: BusRules, buses: ReadonlyMap<string, unknown>, body: Body): Reply => {
  const busName = String(body.EventBusName ?? 'default');
  if (!buses.has(busName)) return unknownBus(busName);
  state.policies.set(busName, String(body.Policy ?? ''));
  return { body: {} };
};
