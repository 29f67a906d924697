import type { DoctorPorts } from '../../adapters/doctor-ports.ts';
import { readingsFor } from '../../core/doctor/calls.ts';
import type { Line } from '../../core/doctor/check.ts';
import { judgeReadings } from '../../core/doctor/judge.ts';
import type { Read, Readable, Readings } from '../../core/doctor/readings.ts';
import { callFailureOf } from '../apply-ports.ts';
import { readers } from './readers.ts';
import { type DoctorOptions, type Looking, NotRead } from './reading.ts';

/** Reads what the checks need, each thing once, and judges it. Throws only for a bug. */
export async function lookAround(ports: DoctorPorts, options: DoctorOptions): Promise<readonly Line[]> {
  const made = new Map<keyof Readings, Promise<Read<unknown>>>();
  const make = (name: keyof Readings): Promise<Read<unknown>> => {
    const known = made.get(name) ?? attempt(() => readers[name](looking));
    made.set(name, known);
    return known;
  };
  const looking: Looking = {
    ...options,
    ports,
    need: async <Name extends keyof Readings>(name: Name) => {
      const read = (await make(name)) as Read<Readings[Name]>;
      if (read.status === 'read') return read.value;
      throw new NotRead(
        read.status === 'skipped' ? read.reason : `without this nothing is known: ${read.said}`,
      );
    },
  };
  const readings: [keyof Readings, Read<unknown>][] = [];
  for (const name of readingsFor(options.checks)) readings.push([name, await make(name)]);
  return judgeReadings(options.checks, Object.fromEntries(readings) as Readable, options);
}

async function attempt(read: () => Promise<unknown>): Promise<Read<unknown>> {
  try {
    return { status: 'read', value: await read() };
  } catch (error) {
    if (error instanceof NotRead) return { status: 'skipped', reason: error.message };
    const failure = callFailureOf(error);
    if (failure === null) throw error;
    return { status: 'refused', said: failure.message };
  }
}
