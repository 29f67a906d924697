import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import grants from '../cases/packaging/slack-grants.json' with { type: 'json' };
import { behindDomain, withoutPage } from './configurations.ts';
import { type Resources, resolveTemplate } from './package-service.ts';

const { certificateArn, domainName: url, jwt } = behindDomain.pageDomain;
const { permissionsBoundary: boundary } = withoutPage.deployment;

let paths: readonly string[];
let ofDomain: Resources;
let ofNone: Resources;
beforeAll(async () => {
  paths = [await resolveTemplate(behindDomain), await resolveTemplate(withoutPage)];
  [ofDomain = {}, ofNone = {}] = paths.map((path) => JSON.parse(readFileSync(path, 'utf8')).Resources);
});

// The rules are compiled for ten seconds, so what may be in a template is judged in as few of them as can be, together.
test("AWS's own rules for templates find nothing; a key and a boundary are named with their account and a log group is of another stack, which are warnings", () => {
  expect(ofDomain.Table?.Properties.SSESpecification.KMSMasterKeyId).toBe(behindDomain.deployment.kmsKeyArn);
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--liftoff-only', 'scripts/check-cfn.mjs', ...paths],
    {
      encoding: 'utf8',
    },
  );
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '' && !/^WARN (W9013|W9002 LogsMayStartDenials) /.test(line));
  const none = expect.stringMatching(/: 0 errors, \d+ warnings/);
  expect({ status, lines }).toEqual({ status: 0, lines: [none, none] });
});

function routesOf(resources: Resources) {
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => Properties);
}

test('a domain with mutual TLS and tokens in front of the page; requests with AWS credentials as before', () => {
  expect(ofDomain.HttpApi?.Properties.DisableExecuteApiEndpoint).toBe(true);
  expect(ofDomain.PageDomain?.Properties).toEqual({
    DomainName: url,
    DomainNameConfigurations: [
      { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
    ],
    MutualTlsAuthentication: { TruststoreUri: 's3://trust/store.pem', TruststoreVersion: '7' },
  });
  expect(ofDomain.PageMapping?.Properties).toEqual({
    ApiId: { Ref: 'HttpApi' },
    DomainName: { Ref: 'PageDomain' },
    Stage: { Ref: 'HttpApiStage' },
  });
  const [authorizer, ...others] = Object.entries(ofDomain).filter(
    ([, { Type }]) => Type === 'AWS::ApiGatewayV2::Authorizer',
  );
  expect(others).toEqual([]);
  expect(authorizer?.[1].Properties).toMatchObject({
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: jwt.issuer, Audience: jwt.audience },
  });
  const routes = routesOf(ofDomain);
  expect(routes.filter(({ RouteKey }) => / \/iam\//.test(RouteKey)).length).toBeGreaterThan(6);
  for (const { AuthorizationType, AuthorizerId, RouteKey } of routes) {
    const isForIam = / \/iam\//.test(RouteKey);
    expect({ RouteKey, AuthorizationType, AuthorizerId }).toEqual({
      RouteKey,
      AuthorizationType: isForIam ? 'AWS_IAM' : 'JWT',
      AuthorizerId: isForIam ? undefined : { Ref: authorizer?.[0] },
    });
  }
  for (const name of ['Approvals', 'Notify', 'Sweep'])
    expect(ofDomain[`${name}LambdaFunction`]?.Properties.Environment.Variables.PAGE_URL).toBe(
      `https://${url}`,
    );
});

test('no page: nothing but the route of Slack is reached without AWS credentials; roles with a path and a boundary, logs for a year', () => {
  const ofType = (type: string) => Object.values(ofNone).filter(({ Type }) => Type === type);
  const roles = ofType('AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(7);
  for (const { Properties } of roles)
    expect(Properties).toMatchObject({ Path: '/security/', PermissionsBoundary: boundary });
  // The functions leave the stack's own roles alone, wherever these are.
  expect(JSON.stringify(ofNone.ApplyRole)).toContain(':role/security/${AWS::StackName}-*');
  for (const { Properties } of ofType('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(365);
  const routes = routesOf(ofNone).filter(({ RouteKey }) => RouteKey !== 'POST /slack/interactions');
  expect(routes.length).toBeGreaterThan(6);
  for (const { AuthorizationType, RouteKey } of routes)
    expect({ RouteKey, AuthorizationType }).toEqual({
      RouteKey: expect.stringMatching(/ \/iam\//),
      AuthorizationType: 'AWS_IAM',
    });
  expect(ofNone.HttpApi?.Properties.DisableExecuteApiEndpoint).toBe(false);
  expect(ofNone).not.toHaveProperty('PageDomain');
});

test('decisions in Slack are off until the configuration names a signing secret', () => {
  expect(JSON.stringify(Object.keys(ofDomain))).not.toMatch(/Slack/);
  expect(routesOf(ofDomain).map(({ RouteKey }) => RouteKey)).not.toContain('POST /slack/interactions');
});

test('decisions in Slack have a function and a route of their own, which can do little else', () => {
  const route = routesOf(ofNone).find(({ RouteKey }) => RouteKey === 'POST /slack/interactions');
  // Slack has no AWS credentials: the function checks its signature.
  expect(route.AuthorizationType).toBeUndefined();
  expect(JSON.stringify(route.Target)).toContain('HttpApiIntegrationSlack');
  expect(ofNone.SlackLambdaFunction?.Properties).toMatchObject({
    ...{ Handler: 'handlers/slack.handler', Timeout: 10 },
    Role: { 'Fn::GetAtt': ['SlackRole', 'Arn'] },
  });
  expect(ofNone).toHaveProperty('SlackErrorsAlarm');
  const [policy] = ofNone.SlackRole?.Properties.Policies ?? [];
  expect(policy.PolicyDocument.Statement).toEqual(grants);
  const { Outputs } = JSON.parse(readFileSync(paths[1] ?? '', 'utf8'));
  expect(Outputs.SlackRequestUrl.Value['Fn::Sub']).toMatch(/^https:.+\/slack\/interactions$/);
});

test('nobody but the function of Slack reads the signing secret', () => {
  const readers = Object.entries(ofNone)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .filter(([, { Properties }]) =>
      JSON.stringify(Properties.Policies).includes(withoutPage.slack.signingSecret),
    );
  expect(readers.map(([id]) => id)).toEqual(['SlackRole']);
  expect(JSON.stringify(ofNone.ApprovalsRole)).not.toContain('secretsmanager');
});
