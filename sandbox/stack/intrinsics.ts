/** One resource of a template as it is written. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A CloudFormation template as far as the sandbox reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** Where a stack is made. */
export interface StackPlace {
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
}

/** What `Ref` and `Fn::GetAtt` answer for one resource. */
export interface Identity {
  /** The physical id. */
  readonly ref: string;
  readonly arn: string;
  /** What `Fn::GetAtt` answers for other names than `Arn`. */
  readonly name: string;
}

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const arnParts: Readonly<Record<string, readonly [service: string, prefix: string]>> = {
  'AWS::IAM::Role': ['iam', 'role/'],
  'AWS::Lambda::Function': ['lambda', 'function:'],
  'AWS::DynamoDB::Table': ['dynamodb', 'table/'],
  'AWS::Events::EventBus': ['events', 'event-bus/'],
  'AWS::Events::Rule': ['events', 'rule/'],
  'AWS::SNS::Topic': ['sns', ''],
  'AWS::KMS::Key': ['kms', 'key/'],
  'AWS::SQS::Queue': ['sqs', ''],
  'AWS::Logs::LogGroup': ['logs', 'log-group:'],
};

const nameProperties = [
  ...['RoleName', 'FunctionName', 'TableName', 'TopicName', 'QueueName', 'LogGroupName', 'AlarmName'],
  'Name',
];

/** Resolves `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` of one template. Throws for a resource that the template does not have. */
export const createResolver = (template: Template, place: StackPlace) => {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': place.accountId,
    'AWS::Region': place.region,
    'AWS::StackName': place.stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  const identityOf = (logicalId: string): Identity => {
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new Error(`Unresolved resource dependencies [${logicalId}]`);
    const { Type: type, Properties: properties = {} } = resource;
    const given = nameProperties.map((property) => properties[property]).find((name) => name !== undefined);
    const name = given === undefined ? `${place.stackName}-${logicalId}` : String(resolve(given));
    const [service, prefix] = arnParts[type] ?? ['sandbox', `${type}/`];
    const region = service === 'iam' ? '' : place.region;
    const bus = type === 'AWS::Events::Rule' ? `${String(resolve(properties.EventBusName))}/` : '';
    const arn = `arn:aws:${service}:${region}:${place.accountId}:${prefix}${bus}${name}`;
    return { ref: refOf(type, name, arn, bus), arn, name };
  };

  const refOf = (type: string, name: string, arn: string, bus: string): string => {
    if (type === 'AWS::SNS::Topic') return arn;
    if (type === 'AWS::Events::Rule') return `${bus.replace(/\/$/, '|')}${name}`;
    if (type === 'AWS::SQS::Queue')
      return `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${name}`;
    return name;
  };

  const named = (name: string): string => {
    const known = pseudo[name];
    if (known !== undefined) return known;
    const [logicalId = '', attribute] = name.split('.');
    const identity = identityOf(logicalId);
    if (attribute === undefined) return identity.ref;
    return attribute === 'Arn' || attribute === 'TopicArn' ? identity.arn : identity.name;
  };

  const substituted = (text: string, values: Members): string =>
    text.replace(/\$\{([^!}][^}]*)\}/g, (_whole, name: string) =>
      name in values ? String(resolve(values[name])) : named(name),
    );

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (!isMembers(value)) return value;
    if ('Ref' in value) return named(String(value.Ref));
    if ('Fn::GetAtt' in value) {
      const given = value['Fn::GetAtt'];
      return named(Array.isArray(given) ? given.join('.') : String(given));
    }
    if ('Fn::Sub' in value) {
      const given = value['Fn::Sub'];
      return Array.isArray(given)
        ? substituted(String(given[0]), given[1] as Members)
        : substituted(String(given), {});
    }
    if ('Fn::Join' in value) {
      const [separator, parts] = value['Fn::Join'] as readonly [string, readonly unknown[]];
      return parts.map((part) => String(resolve(part))).join(separator);
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member)]));
  };

  return { identityOf, resolve };
};
