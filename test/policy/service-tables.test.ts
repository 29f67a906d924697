import { describe, expect, test } from '@jest/globals';
import { protectedServices, protectionOf } from '../../core/policy/protected-services.ts';
import { serviceCatalogue } from '../../core/policy/service-catalogue.ts';
import { familyOf } from '../../core/policy/service-families.ts';
import { namespacesOfPrincipal } from '../../core/policy/trusted-services.ts';
import { unseenServices } from '../../core/policy/unseen-use.ts';

const plain = { add: [], remove: [], trustedServicePrincipals: [] };

describe('protected services', () => {
  test.each([
    'iam',
    'sts',
    'organizations',
    'support',
    'signin',
    'kms',
    'ssmmessages',
    'execute-api',
    'backup-storage',
    'tag',
    's3files',
    'arc-zonal-shift',
    'ssm-incidents',
    'mpa',
    'bcm-data-exports',
  ])('%s is protected, with a reason', (namespace) => {
    expect(protectionOf(namespace, plain)?.reason).toMatch(/\w+ \w+/);
  });

  test.each(['lex', 'dms', 'glue', 'athena', 'ec2', 'no-such-service'])('%s is not', (namespace) => {
    expect(protectionOf(namespace, plain)).toBeNull();
  });

  test('each once, each known to the catalogue, each with reason and source', () => {
    const names = protectedServices.map(({ namespace }) => namespace);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((namespace) => !serviceCatalogue.has(namespace))).toEqual([]);
    for (const { reason, source } of protectedServices) expect(reason && source).toBeTruthy();
  });

  test('every service whose use may not show is protected', () => {
    const open = unseenServices.filter(({ namespace }) => protectionOf(namespace, plain) === null);
    expect(open).toEqual([]);
  });

  test('configuration adds and removes', () => {
    expect(protectionOf('lex', { ...plain, add: ['lex'] })?.reason).toContain('configuration');
    expect(protectionOf('kms', { ...plain, remove: [{ service: 'kms' }] })).toBeNull();
    expect(protectionOf('kms', { ...plain, add: ['kms'], remove: [{ service: 'kms' }] })).not.toBeNull();
  });

  test('what the organization trusts is protected; unreadable trust protects nothing more', () => {
    const trusting = { ...plain, trustedServicePrincipals: ['fis.amazonaws.com'] };
    expect(protectionOf('fis', trusting)?.reason).toContain('fis.amazonaws.com');
    expect(protectionOf('lex', trusting)).toBeNull();
    expect(protectionOf('fis', { ...plain, trustedServicePrincipals: null })).toBeNull();
  });
});

describe('trusted service principals', () => {
  test.each([
    ['guardduty.amazonaws.com', 'guardduty'],
    ['member.org.stacksets.cloudformation.amazonaws.com', 'cloudformation'],
    ['stacksets.cloudformation.amazonaws.com', 'cloudformation'],
    ['config-multiaccountsetup.amazonaws.com', 'config'],
    ['sso.amazonaws.com', 'identitystore'],
    ['storage-lens.s3.amazonaws.com', 's3'],
    ['macie.amazonaws.com', 'macie2'],
    ['ipam.amazonaws.com', 'ec2'],
    ['license-management.marketplace.amazonaws.com', 'aws-marketplace'],
    ['reachabilityanalyzer.networkinsights.amazonaws.com', 'tiros'],
    ['brand-new.amazonaws.com', 'brand-new'],
    ['fms.amazonaws.com.cn', 'fms'],
  ])('%s protects %s', (principal, namespace) => {
    expect(namespacesOfPrincipal(principal)).toContain(namespace);
  });
});

describe('service families', () => {
  test('name the other members', () => {
    expect(familyOf('apigateway')).toEqual(['execute-api']);
    expect(familyOf('ssmmessages')).toEqual(['ec2messages', 'ssm', 'ssm-guiconnect']);
    expect(familyOf('lex')).toEqual([]);
  });

  test('are mutual and never name the service itself', () => {
    for (const member of ['rds-db', 's3', 'signin', 'billing', 'inspector2']) {
      for (const other of familyOf(member)) expect(familyOf(other)).toContain(member);
      expect(familyOf(member)).not.toContain(member);
    }
  });
});

test('the catalogue knows hundreds of services by name, and its day', () => {
  expect(serviceCatalogue.date).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(serviceCatalogue.nameOf('dms')).toBe('AWS Database Migration Service');
  expect(serviceCatalogue.has('constructor')).toBe(false);
  expect(serviceCatalogue.nameOf('no-such-service')).toBeNull();
});
