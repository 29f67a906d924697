// What encrypts the stack: a key of its own for the topics, or the customer-managed key of the configuration for all that keeps evidence,
// decisions or links. CommonJS, because the framework loads the files of its variables with require().
const deployment = require('../scripts/deployment.cjs');
const people = require('./people.cjs');

/** A key of our own: with the AWS managed key of SNS, CloudWatch may not publish, and alarms would vanish without an error. */
const topicKey = {
  Type: 'AWS::KMS::Key',
  Properties: {
    Description: 'Encrypts the topics of ${self:service}-${sls:stage}',
    EnableKeyRotation: true,
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ThisAccountByIam',
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Sid: 'AlarmsToTheOperatorsTopic',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
        },
      ],
    },
  },
};

/** The customer-managed key of the configuration, in a list; none where there is none. */
const customerKey = ({ deployment: { kmsKeyArn } }) => (kmsKeyArn === null ? [] : [kmsKeyArn]);

/** What encrypts the topics. */
const keyOfTopics = ({ deployment: { kmsKeyArn } }) => kmsKeyArn ?? { 'Fn::GetAtt': ['TopicKey', 'Arn'] };

/** A condition that the key is used by one service of AWS on behalf of the caller (KMS Developer Guide, "kms:ViaService"). */
const viaService = (service) => ({
  StringEquals: { 'kms:ViaService': { 'Fn::Sub': `${service}.\${AWS::Region}.\${AWS::URLSuffix}` } },
});

/** The scheduler sends what it could not deliver with its own role. */
const scheduleKeyPolicy = (kmsKeyArn) => ({
  Type: 'AWS::IAM::RolePolicy',
  Properties: {
    RoleName: { Ref: 'ReviewScheduleRole' },
    PolicyName: 'use-queue-key',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: kmsKeyArn,
          Condition: viaService('sqs'),
        },
      ],
    },
  },
});

/** Who comes by the key in the name of which state machine: the role of its executions, and those who start it. */
const rolesOfMachines = {
  review: ['ReviewMachineRole', 'ReviewScheduleRole', 'ReviewRuleRole'],
  identities: ['IdentityMachineRole', 'ReviewRuleRole'],
  accounts: ['AccountsMachineRole', 'ReviewRuleRole'],
};

/**
 * Step Functions encrypts what an execution was told with the role of the machine, and names the machine as the context (Step Functions Developer
 * Guide, "Data at rest encryption"). Whether it asks whoever starts one as well AWS alone can tell: they get the same, for their machine alone.
 */
const machineKeyPolicy = (kmsKeyArn, machine) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: `use-key-of-${machine}-machine`,
    Roles: rolesOfMachines[machine].map((role) => ({ Ref: role })),
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: kmsKeyArn,
          Condition: {
            StringEquals: {
              'kms:EncryptionContext:aws:states:stateMachineArn': {
                'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:\${self:service}-\${sls:stage}-${machine}`,
              },
            },
          },
        },
      ],
    },
  },
});

/** The keys that the stack makes, and what the key of the configuration puts into the resources that hold something: `logs` are logical ids. */
function keyResources(configuration, logs) {
  const [kmsKeyArn] = customerKey(configuration);
  if (kmsKeyArn === undefined) return { Resources: { TopicKey: topicKey }, extensions: {} };
  const each = (ids, properties) => ids.map((id) => [id, { Properties: properties }]);
  const topics = ['PeopleTopic', 'OperatorsTopic', ...people.topicsOfStack(configuration)];
  return {
    Resources: {
      ReviewScheduleKeyPolicy: scheduleKeyPolicy(kmsKeyArn),
      ReviewMachineKeyPolicy: machineKeyPolicy(kmsKeyArn, 'review'),
      IdentityMachineKeyPolicy: machineKeyPolicy(kmsKeyArn, 'identities'),
      AccountsMachineKeyPolicy: machineKeyPolicy(kmsKeyArn, 'accounts'),
    },
    extensions: Object.fromEntries([
      ...each(['Table'], {
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsKeyArn },
      }),
      ...each(topics, { KmsMasterKeyId: kmsKeyArn }),
      ...each(['FailedInvocations', 'UndeliveredSchedules'], {
        SqsManagedSseEnabled: false,
        KmsMasterKeyId: kmsKeyArn,
      }),
      ...each(logs, { KmsKeyId: kmsKeyArn }),
      ...each(['ReviewMachine', 'IdentityMachine', 'AccountsMachine'], {
        EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: kmsKeyArn },
      }),
      // What the bus cannot encrypt or decrypt goes to the queue (EventBridge User Guide, "Encrypting event buses").
      ...each(['Bus'], {
        KmsKeyIdentifier: kmsKeyArn,
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UndeliveredSchedules', 'Arn'] } },
      }),
    ]),
  };
}

/** The same for this installation. */
async function keys({ resolveConfigurationProperty }) {
  const functions = await resolveConfigurationProperty(['functions']);
  const names = Object.keys(functions).filter((name) => functions[name] !== null);
  const logs = names.map((name) => `${name[0].toUpperCase()}${name.slice(1)}LogGroup`);
  return keyResources(await deployment.configuration(), logs);
}

module.exports = { customerKey, keyOfTopics, keyResources, keys, viaService };
