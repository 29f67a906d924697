import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { type Package, packageWith } from './package-once.ts';

const url = 'access.example.com';
const certificateArn = 'arn:aws:acm:us-east-1:111111111111:certificate/0a1b2c3d-0000-4000-8000-000000000000';

/** AWS's own rules for templates. A boundary is named with the account that it is in, which is a warning. */
function isValid(template: string): void {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/check-cfn.mjs', template], {
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('WARN W9013'));
  expect({ status, lines }).toEqual({
    status: 0,
    lines: [expect.stringMatching(/: 0 errors, \d+ warnings/)],
  });
}

function routesOf({ resources }: Package) {
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => Properties);
}

test('a domain with mutual TLS and tokens in front of the page; requests with AWS credentials as before', async () => {
  const jwt = { issuer: 'https://idp.example.com', audience: ['reviewer'] };
  const mutualTls = { truststoreUri: 's3://trust/store.pem', truststoreVersion: '7' };
  const packaged = await packageWith(
    { pageDomain: { domainName: url, certificateArn, jwt, mutualTls } },
    isValid,
  );
  const { resources } = packaged;
  expect(resources.HttpApi?.Properties.DisableExecuteApiEndpoint).toBe(true);
  expect(resources.PageDomain?.Properties).toEqual({
    DomainName: url,
    DomainNameConfigurations: [
      { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
    ],
    MutualTlsAuthentication: { TruststoreUri: 's3://trust/store.pem', TruststoreVersion: '7' },
  });
  expect(resources.PageMapping?.Properties).toEqual({
    ApiId: { Ref: 'HttpApi' },
    DomainName: { Ref: 'PageDomain' },
    Stage: { Ref: 'HttpApiStage' },
  });
  const [authorizer, ...others] = Object.entries(resources).filter(
    ([, { Type }]) => Type === 'AWS::ApiGatewayV2::Authorizer',
  );
  expect(others).toEqual([]);
  expect(authorizer?.[1].Properties).toMatchObject({
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: jwt.issuer, Audience: jwt.audience },
  });
  const routes = routesOf(packaged);
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
    expect(resources[`${name}LambdaFunction`]?.Properties.Environment.Variables.PAGE_URL).toBe(
      `https://${url}`,
    );
}, 240_000);

test('no page: nothing is reached without AWS credentials; roles with a path and a boundary, logs for a year', async () => {
  const boundary = 'arn:aws:iam::111111111111:policy/security/Boundary';
  const deployment = { permissionsBoundary: boundary, rolePath: '/security/', logRetentionDays: 365 };
  const packaged = await packageWith({ page: 'none', deployment }, isValid);
  const ofType = (type: string) => Object.values(packaged.resources).filter(({ Type }) => Type === type);
  const roles = ofType('AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(7);
  for (const { Properties } of roles)
    expect(Properties).toMatchObject({ Path: '/security/', PermissionsBoundary: boundary });
  // The functions leave the stack's own roles alone, wherever these are.
  expect(JSON.stringify(packaged.resources.ApplyRole)).toContain(':role/security/${AWS::StackName}-*');
  for (const { Properties } of ofType('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(365);
  const routes = routesOf(packaged);
  expect(routes.length).toBeGreaterThan(6);
  for (const { AuthorizationType, RouteKey } of routes)
    expect({ RouteKey, AuthorizationType }).toEqual({
      RouteKey: expect.stringMatching(/ \/iam\//),
      AuthorizationType: 'AWS_IAM',
    });
  expect(packaged.resources.HttpApi?.Properties.DisableExecuteApiEndpoint).toBe(false);
  expect(packaged.resources).not.toHaveProperty('PageDomain');
}, 240_000);
