import type { DoctorPorts } from '../../adapters/doctor-ports.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import type { Check } from '../../core/doctor/check.ts';
import type { Readings } from '../../core/doctor/readings.ts';
import type { FunctionGrant } from '../../core/doctor/simulations.ts';

/** What the doctor is told. */
export interface DoctorOptions {
  readonly checks: readonly Check[];
  readonly configuration: Configuration;
  /** The stack; null: nothing is deployed, and what hangs on a stack is not looked at. */
  readonly stackName: string | null;
  /** The grants that the functions should have. */
  readonly grants: readonly FunctionGrant[];
}

/** One run of the doctor, as its readers see it. */
export interface Looking extends DoctorOptions {
  readonly ports: DoctorPorts;
  /** Another reading, made once. Throws `NotRead` where there is none. */
  need<Name extends keyof Readings>(name: Name): Promise<Readings[Name]>;
}

/** How the ARN of every topic begins that a stack makes for an approver. */
export function approverTopicPrefix(
  { accountId, arn, region }: Pick<Readings['caller'], 'accountId' | 'arn' | 'region'>,
  stackName: string,
): string {
  return `arn:${arn.split(':')[1] ?? 'aws'}:sns:${region}:${accountId}:${stackName}-approver-`;
}

/** A reading cannot be made because of something else: the message says of what. */
export class NotRead extends Error {
  override readonly name = 'NotRead';
}
