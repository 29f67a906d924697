// The grants of the functions that review and change the IAM of accounts. CommonJS, as grants.cjs, which takes them in.
const sub = (text) => ({ 'Fn::Sub': text });
const iamOf = (account, ...kinds) =>
  kinds.map((kind) => sub(`arn:\${AWS::Partition}:iam::${account}:${kind}/*`));
const own = '${AWS::AccountId}';
const identities = iamOf(own, 'user', 'group', 'role', 'policy');

const readers = ['identities', 'apply'];
const members = ['configRule', 'identities', 'apply'];

/** What these grants name: in words for docs/security.md, and as the policy says it. */
const resources = {
  identitiesOfAccount: {
    words: "users, groups, roles and policies of the management account, and AWS's policies",
    value: [...identities, ...iamOf('aws', 'policy')],
  },
  identitiesToWrite: {
    words: 'users, groups, roles and policies of the management account',
    value: identities,
  },
  untouchableRoles: {
    words: 'our own roles, those of `memberRoles`, and those under `/aws-reserved/` and `/aws-service-role/`',
    // CloudFormation names our roles: they begin with the name of the stack.
    value: ({ deployment: { rolePath }, memberRoles: { read, write } }) =>
      [`${rolePath.slice(1)}\${AWS::StackName}-*`, read, write, 'aws-reserved/*', 'aws-service-role/*']
        .filter((name) => name !== null)
        .map((name) => sub(`arn:\${AWS::Partition}:iam::${own}:role/${name}`)),
  },
  memberReadRoles: {
    words: 'the roles `memberRoles.read` of the organization',
    value: ({ memberRoles }) => sub(`arn:\${AWS::Partition}:iam::*:role/${memberRoles.read}`),
  },
  memberWriteRoles: {
    words: 'the roles `memberRoles.write` of the organization',
    // Where member accounts are never written, there is nothing to name.
    value: ({ memberRoles: { write } }) =>
      write === null ? [] : sub(`arn:\${AWS::Partition}:iam::*:role/${write}`),
  },
};

// The framework has variables of that form, so IAM's is escaped.
const ofOurOrganization = { StringEquals: { 'aws:ResourceOrgID': '\\${aws:PrincipalOrgID}' } };

const writes = [
  ...['iam:AddUserToGroup', 'iam:RemoveUserFromGroup'],
  ...['Group', 'Role', 'User'].flatMap((kind) => [
    `iam:Attach${kind}Policy`,
    `iam:Delete${kind}Policy`,
    `iam:Detach${kind}Policy`,
    `iam:Put${kind}Policy`,
  ]),
  ...['iam:CreatePolicy', 'iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion'],
  ...['iam:SetDefaultPolicyVersion', 'iam:TagPolicy'],
].sort();

/** Each grant, as in grants.cjs. */
const grants = [
  {
    sid: 'ReadAccount',
    functions: readers,
    actions: [
      'iam:GetAccountAuthorizationDetails',
      'iam:GetAccountSummary',
      'iam:GetServiceLastAccessedDetails',
      'iam:GetServiceLastAccessedDetailsWithEntities',
    ],
    on: 'everything',
  },
  {
    sid: 'ReadIdentities',
    functions: readers,
    actions: [
      'iam:GenerateServiceLastAccessedDetails',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:ListPolicyVersions',
    ],
    on: 'identitiesOfAccount',
  },
  {
    // An organization rule: its members' roles are read, and its evaluations put, in the members themselves.
    sid: 'EnterMembers',
    functions: members,
    actions: 'sts:AssumeRole',
    on: 'memberReadRoles',
    condition: ofOurOrganization,
  },
  {
    sid: 'ReadWhatIsWritten',
    functions: ['apply'],
    actions: [
      ...['iam:GetGroupPolicy', 'iam:GetRolePolicy', 'iam:GetUserPolicy'],
      ...['iam:ListAttachedGroupPolicies', 'iam:ListAttachedRolePolicies', 'iam:ListAttachedUserPolicies'],
      ...['iam:ListEntitiesForPolicy', 'iam:ListGroupsForUser'],
    ],
    on: 'identitiesOfAccount',
  },
  { sid: 'WriteIdentities', functions: ['apply'], actions: writes, on: 'identitiesToWrite' },
  {
    sid: 'LeaveUntouchableRoles',
    effect: 'Deny',
    functions: ['apply'],
    actions: writes.filter((action) => action.includes('Role')),
    on: 'untouchableRoles',
  },
  {
    // The source identity names the change in CloudTrail of the member.
    sid: 'WriteInMembers',
    functions: ['apply'],
    actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    on: 'memberWriteRoles',
    condition: ofOurOrganization,
  },
];

module.exports = { grants, resources };
