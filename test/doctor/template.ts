import { readdirSync, readFileSync } from 'node:fs';
import { parse, type ScalarTag } from 'yaml';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { configurationDigest, configurationVariable } from '../../core/base/configuration-digest.ts';
import { approverTopicEnd } from '../../core/base/configured-reach.ts';
import grants from '../../deploy/grants.cjs';
import keys from '../../deploy/keys.cjs';
import people from '../../deploy/people.cjs';

/** The name of the stack that tests deploy. */
export const stackName = 'org-access-reviewer-test';

type Members = Readonly<Record<string, unknown>>;

/** A template as tests change it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Members>>;
  readonly Outputs: Members;
}

const tag = (name: string, resolve: (text: string) => unknown): ScalarTag => ({ tag: `!${name}`, resolve });

const tags: readonly ScalarTag[] = [
  tag('Ref', (text) => ({ Ref: text })),
  tag('Sub', (text) => ({ 'Fn::Sub': text })),
  tag('GetAtt', (text) => ({ 'Fn::GetAtt': text.split('.') })),
];

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the framework, not of ours.
/** Variables of the framework, as far as a stack without it needs them. */
const framed = (text: string): string =>
  text
    .replaceAll('${self:service}-${sls:stage}', stackName)
    .replaceAll('${self:provider.environment.TABLE_NAME}', stackName)
    .replaceAll('${self:provider.environment.BUS_NAME}', stackName)
    .replaceAll('${file(./scripts/deployment.cjs):schedule}', 'cron(0 6 ? * MON *)')
    .replaceAll('\\\\${', '${')
    .replaceAll('\\${', '${');
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: ends here.

const resourcesOf = (part: Members): Members => (part.Resources ?? {}) as Members;

/** Every resource that the files of deploy/ describe, whether a file is one itself or has them under `startedBy`; read once a worker. */
const described: Members = Object.assign(
  {},
  ...readdirSync('deploy')
    .filter(
      (name) =>
        name.endsWith('.yml') &&
        !['member-roles.yml', 'deploy-role.yml', 'config-rule.yml', 'denials.yml'].includes(name),
    )
    .map((name) => {
      const text = framed(readFileSync(`deploy/${name}`, 'utf8'));
      const file = parse(text, { customTags: [...tags], merge: true }) as Members;
      return { ...resourcesOf(file), ...resourcesOf((file.startedBy ?? {}) as Members) };
    }),
);

const capitalized = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The template of a stack as the framework would package it, with what the doctor looks at: made from deploy/ in a blink. */
export const templateFor = (configurationInput: object): Template => {
  const parsed = parseConfiguration(configurationInput);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  const names = [...new Set(grants.functionGrants(parsed.value).map(({ functionName }) => functionName))].map(
    capitalized,
  );
  const functions = names.map((name) => [
    `${name}LambdaFunction`,
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: `${stackName}-${name}`,
        Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
        Environment: { Variables: { [configurationVariable]: configurationDigest(parsed.value) } },
      },
    },
  ]);
  const logs = names.map((name) => [
    `${name}LogGroup`,
    { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: `/aws/lambda/${stackName}-${name}` } },
  ]);
  const roles = JSON.parse(framed(JSON.stringify(grants.rolesFor(parsed.value)))) as Members;
  const mail = JSON.parse(framed(JSON.stringify(people.mailResources(parsed.value, approverTopicEnd))));
  const ids = logs.map(([id]) => String(id));
  const made: ReturnType<typeof keys.keyResources> = JSON.parse(
    framed(JSON.stringify(keys.keyResources(parsed.value, ids))),
  );
  const resources = {
    HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
    ...(described as Template['Resources']),
    ...(roles as Template['Resources']),
    ...(mail as Template['Resources']),
    ...Object.fromEntries([...functions, ...logs]),
    ...made.Resources,
  } as Template['Resources'];
  const extended = Object.entries(made.extensions).map(([id, { Properties }]) => [
    id,
    { ...resources[id], Properties: { ...(resources[id]?.Properties as Members), ...Properties } },
  ]);
  return {
    Resources: { ...resources, ...Object.fromEntries(extended) },
    Outputs: {
      TableName: { Value: { Ref: 'Table' } },
      BusName: { Value: { Ref: 'Bus' } },
      PeopleTopicArn: { Value: { Ref: 'PeopleTopic' } },
      OperatorsTopicArn: { Value: { Ref: 'OperatorsTopic' } },
    },
  };
};

/** A JSON merge patch (RFC 7396): null removes, an object goes into an object, anything else replaces. */
export const patched = <Value>(value: Value, patch: unknown): Value => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch as Value;
  const base =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...(value as Members) } : {};
  for (const [key, part] of Object.entries(patch)) {
    if (part === null) delete base[key];
    else base[key] = patched(base[key], part);
  }
  return base as Value;
};
