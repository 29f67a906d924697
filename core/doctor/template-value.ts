/** What a value of our template can name: pseudo parameters, and resources of the stack as they were deployed. */
export interface TemplatePlace {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  /** The name of the stack, which is `service-stage`. */
  readonly stackName: string;
  readonly resources: ReadonlyMap<string, { readonly type: string; readonly physicalId: string }>;
}

type Members = Readonly<Record<string, unknown>>;

/** The service and what stands before the name in the ARN of a resource, by type. Source: Service Authorization Reference, "Resource types". */
const arnForms: Readonly<Record<string, readonly [service: string, prefix: string]>> = {
  'AWS::DynamoDB::Table': ['dynamodb', 'table/'],
  'AWS::Events::EventBus': ['events', 'event-bus/'],
  'AWS::KMS::Key': ['kms', 'key/'],
  'AWS::Lambda::Function': ['lambda', 'function:'],
  'AWS::Logs::LogGroup': ['logs', 'log-group:'],
  'AWS::SQS::Queue': ['sqs', ''],
};

/** A text of our template with `Ref`, `Fn::GetAtt` and `Fn::Sub` put in, or null where it names what the stack does not have. */
export function templateText(value: unknown, place: TemplatePlace): string | null {
  if (typeof value === 'string') return substituted(value, place);
  if (typeof value !== 'object' || value === null) return null;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Members;
  if (typeof ref === 'string') return named(ref, place);
  if (typeof text === 'string') return substituted(text, place);
  if (Array.isArray(attribute)) return named(attribute.join('.'), place);
  return null;
}

/** A policy variable (`${aws:PrincipalOrgID}`), which the framework needs escaped, stays as it is. */
function substituted(text: string, place: TemplatePlace): string | null {
  let missing = false;
  const whole = text
    // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of the framework, not of ours.
    .replaceAll('${self:service}-${sls:stage}', place.stackName)
    .replaceAll('\\${', '${')
    .replace(/\$\{([A-Za-z0-9]+(?:::[A-Za-z]+|\.[A-Za-z]+)?)\}/g, (_written, name: string) => {
      const known = named(name, place);
      missing ||= known === null;
      return known ?? '';
    });
  return missing ? null : whole;
}

function named(name: string, place: TemplatePlace): string | null {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': place.partition,
    'AWS::AccountId': place.accountId,
    'AWS::Region': place.region,
    'AWS::StackName': place.stackName,
    'AWS::URLSuffix': place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
  const known = pseudo[name];
  if (known !== undefined) return known;
  const [logicalId = '', attribute] = name.split('.');
  const resource = place.resources.get(logicalId);
  if (!resource) return null;
  return attribute === 'Arn' ? arnOf(resource, place) : resource.physicalId;
}

/** The ARN of a resource from its physical id, which is a name, a URL or the ARN itself. */
function arnOf(
  { physicalId, type }: { readonly type: string; readonly physicalId: string },
  { accountId, partition, region }: TemplatePlace,
): string | null {
  if (physicalId.startsWith('arn:')) return physicalId;
  const form = arnForms[type];
  if (!form) return null;
  const [service, prefix] = form;
  return `arn:${partition}:${service}:${region}:${accountId}:${prefix}${physicalId.slice(physicalId.lastIndexOf('/') + 1)}`;
}
