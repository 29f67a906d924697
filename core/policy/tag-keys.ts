/** Keys of general tags that say by what something is run, without their signs and spaces. */
export const generalTagKeys: ReadonlySet<string> = new Set([
  ...['managedby', 'managedwith', 'managedvia', 'managed', 'managementtool'],
  ...['createdby', 'createdwith', 'createdvia', 'creator', 'createdfrom', 'generatedby', 'generator'],
  ...[
    'provisionedby',
    'provisionedwith',
    'provisionedvia',
    'provisioner',
    'provisioning',
    'provisioningtool',
  ],
  ...[
    'deployedby',
    'deployedwith',
    'deployedvia',
    'deployer',
    'deployment',
    'deploymenttool',
    'deploymentmethod',
  ],
  ...['maintainedby', 'controlledby', 'controller', 'orchestratedby', 'orchestrator', 'builtby'],
  ...['builtwith', 'iac', 'iactool', 'iacengine', 'tool', 'tooling', 'tools', 'automation'],
  ...['automatedby', 'infrastructureascode', 'source', 'origin', 'engine', 'framework', 'appliedby'],
  ...[
    'management',
    'managementmethod',
    'creationmethod',
    'deploy',
    'code',
    'codelocation',
    'sourcecode',
    'ci',
    'cicd',
  ],
]);

/** Keys of tags that name people, without their signs and spaces. A team may be called after its tool. */
export const peopleTagKeys: ReadonlySet<string> = new Set([
  ...[
    'owner',
    'owners',
    'ownedby',
    'team',
    'teams',
    'owningteam',
    'teamname',
    'squad',
    'group',
    'department',
  ],
  ...['maintainer', 'steward', 'responsible'],
]);

/** Keys of tags that hold text for people, or say where to reach or charge them, without their signs and spaces. */
export const proseTagKeys: ReadonlySet<string> = new Set([
  ...['name', 'purpose', 'description', 'comment', 'comments', 'note', 'notes', 'reason', 'title'],
  ...['contact', 'contacts', 'contactemail', 'email', 'mail', 'slack', 'slackchannel', 'channel', 'support'],
  ...['costcenter', 'businessunit'],
]);
