// How people reach the function `approvals`: by a page that everybody may open, by a domain of their own with mutual TLS or tokens in front
// of it, or by AWS credentials alone. CommonJS, because the framework loads the files of its variables with require().
const deployment = require('../scripts/deployment.cjs');

const pageRoutes = ['GET /healthz', 'GET /changes/{id}', 'HEAD /changes/{id}', 'POST /changes/{id}/{action}'];
/** By AWS credentials, whatever is in front of the page. */
const iamRoutes = [
  'GET /iam/changes',
  'GET /iam/changes/{id}',
  'POST /iam/changes/{id}/{action}',
  'GET /iam/decisions',
  'GET /iam/exemptions',
  'POST /iam/exemptions/{id}/lift',
  'GET /iam/reviews',
  'POST /iam/reviews',
  'GET /iam/reviews/{id}',
];
const tokens = 'pageTokens';

function route(text, authorizer) {
  const [method, path] = text.split(' ');
  return { httpApi: { method, path, ...(authorizer && { authorizer }) } };
}

/** The routes of the function `approvals`. */
async function events() {
  const { page, pageDomain } = await deployment.configuration();
  const byToken = pageDomain?.jwt ? { name: tokens } : null;
  return [
    ...(page === 'none' ? [] : pageRoutes.map((text) => route(text, byToken))),
    ...iamRoutes.map((text) => route(text, { type: 'aws_iam' })),
  ];
}

/** Where page and API are reached. */
async function url() {
  const { pageDomain } = await deployment.configuration();
  return pageDomain
    ? `https://${pageDomain.domainName}`
    : { 'Fn::Sub': 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}' };
}

/** Whether a domain of their own is the only way in: the address that API Gateway gives knows neither certificates nor a way to close it but this. */
async function hasDomain() {
  return (await deployment.configuration()).pageDomain !== null;
}

/** The authorizer of the page's routes, where there is one. */
async function authorizers() {
  const { pageDomain } = await deployment.configuration();
  if (!pageDomain?.jwt) return {};
  const { audience, identitySource, issuer } = pageDomain.jwt;
  return { [tokens]: { type: 'jwt', identitySource, issuerUrl: issuer, audience } };
}

/** The domain and what it leads to, or null. */
async function domain() {
  const { pageDomain } = await deployment.configuration();
  if (pageDomain === null) return null;
  const { certificateArn, domainName, mutualTls } = pageDomain;
  const truststore = mutualTls && {
    TruststoreUri: mutualTls.truststoreUri,
    ...(mutualTls.truststoreVersion && { TruststoreVersion: mutualTls.truststoreVersion }),
  };
  return {
    Resources: {
      PageDomain: {
        Type: 'AWS::ApiGatewayV2::DomainName',
        Properties: {
          DomainName: domainName,
          DomainNameConfigurations: [
            { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
          ],
          ...(truststore && { MutualTlsAuthentication: truststore }),
        },
      },
      PageMapping: {
        Type: 'AWS::ApiGatewayV2::ApiMapping',
        Properties: {
          ApiId: { Ref: 'HttpApi' },
          DomainName: { Ref: 'PageDomain' },
          Stage: { Ref: 'HttpApiStage' },
        },
      },
    },
    Outputs: {
      // What the DNS record of the domain leads to.
      PageDomainTarget: { Value: { 'Fn::GetAtt': ['PageDomain', 'RegionalDomainName'] } },
    },
  };
}

module.exports = { authorizers, domain, events, hasDomain, url };
