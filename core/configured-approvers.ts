/** What tells one approver from another. */
export interface ApproverIdentity {
  readonly id: string;
  readonly email: string;
  readonly slackUserId?: string | undefined;
  readonly principals?: readonly string[] | undefined;
}

/** Where the configuration names approvers. */
export interface ApproverPlaces {
  readonly approvers: readonly ApproverIdentity[];
  readonly email: { readonly topics: Readonly<Record<string, string>> } | null;
  readonly slack: { readonly channels?: Readonly<Record<string, string>> | undefined } | null;
}

/**
 * What makes approvers one another: two of them behind one address, principal or place could decide for two people, and a
 * personal link in a place that many read is nobody's. One sentence a problem, each beginning with its key.
 */
export function approverProblems({ approvers, email, slack }: ApproverPlaces): string[] {
  const problems: string[] = [];
  const ids = new Set(approvers.map(({ id }) => id));
  const personal = (places: Readonly<Record<string, string>> | undefined) =>
    Object.entries(places ?? {}).filter(([id]) => ids.has(id));
  const own = (pick: (approver: ApproverIdentity) => readonly (string | undefined)[]) =>
    approvers.flatMap((approver) => pick(approver).map((value) => [approver.id, value] as const));
  const shared: readonly (readonly [string, readonly (readonly [string, string | undefined])[]])[] = [
    ['approvers: the id', own(({ id }) => [id])],
    ['approvers: the address', own(({ email: address }) => [address.toLowerCase()])],
    ['approvers: the Slack user', own(({ slackUserId }) => [slackUserId])],
    ['approvers: the principal', own(({ principals = [] }) => principals)],
    ['email.topics: the topic', personal(email?.topics)],
    ['slack.channels: the place', personal(slack?.channels)],
  ];
  for (const [what, values] of shared) {
    const twice = repeated(values);
    if (twice !== null)
      problems.push(`${what} "${twice}" is given twice: each approver needs one of his own`);
  }
  problems.push(...overlappingSessions(approvers));
  for (const [id, place] of personal(slack?.channels)) {
    if (!/^(https?:|[UWD][A-Z0-9]+$)/.test(place))
      problems.push(
        `slack.channels.${id}: "${place}" is read by others; an approver's place is a webhook of his own or a user (U…)`,
      );
  }
  return problems;
}

function repeated(values: readonly (readonly [string, string | undefined])[]): string | null {
  const seen = new Set<string>();
  for (const [, value] of values) {
    if (value === undefined) continue;
    if (seen.has(value)) return value;
    seen.add(value);
  }
  return null;
}

/** Whoever assumes a role names the session himself: a role of one approver and a session of it of another are one person's. */
function overlappingSessions(approvers: readonly ApproverIdentity[]): readonly string[] {
  const roles = new Map<string, string>();
  for (const { id, principals = [] } of approvers) {
    for (const arn of principals) {
      const [, account, name] = /:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
      if (account !== undefined) roles.set(`${account}/${name}`, id);
    }
  }
  return approvers.flatMap(({ id, principals = [] }) =>
    principals.flatMap((arn) => {
      const [, account, name] = /:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
      const owner = roles.get(`${account}/${name}`);
      return owner === undefined || owner === id
        ? []
        : [`approvers: the session "${arn}" of ${id} is one of the role that ${owner} decides with`];
    }),
  );
}
