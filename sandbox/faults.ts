import { chanceFrom } from './chance.ts';

/** How often a fault still strikes; Infinity until it is cleared. `percent`: it strikes so many of a hundred calls, by chance. */
interface Counted {
  left: number;
  readonly percent?: number;
}

/** A fault of one operation (`*` for every operation), or of the report jobs of one entity. */
export type Fault = Counted &
  (
    | {
        readonly kind:
          | 'throttle'
          | 'reset'
          | 'lost-answer'
          | 'short-answer'
          | 'concurrent-modification'
          | 'policy-changes-in-progress';
        readonly operation: string;
      }
    | {
        readonly kind: 'error';
        readonly operation: string;
        readonly status: number;
        readonly code: string | null;
      }
    | { readonly kind: 'slow'; readonly operation: string; readonly milliseconds: number }
    | {
        readonly kind: 'stuck-job' | 'short-report' | 'failed-evaluation';
        readonly entity: string;
        readonly code?: undefined;
      }
    | { readonly kind: 'failed-job'; readonly entity: string; readonly code: string }
  );

/** A fault of an operation. */
export type OperationFault = Extract<Fault, { readonly operation: string }>;

/** A fault of report jobs. */
export type JobFault = Extract<Fault, { readonly entity: string }>;

/** The grammar of a fault, for help texts and errors. N is a number of calls or jobs, or of calls a share such as `20%`. */
export const faultGrammar = `  throttle:OPERATION[:N]                      the next N calls (1) are throttled
  error:OPERATION:STATUS|CODE[:N]             the next N calls (1) answer this HTTP status, or this AWS code with 400
  reset:OPERATION[:N]                         the connection is reset before anything is done
  lost-answer:OPERATION[:N]                   the operation is done, then the connection is reset
  short-answer:OPERATION[:N]                  the operation is done, its JSON answer says nothing: {}
  slow:OPERATION:MILLISECONDSms[:N]           the answer waits; without N until the fault is cleared
  concurrent-modification:OPERATION[:N]       ConcurrentModificationException
  policy-changes-in-progress:OPERATION[:N]    PolicyChangesInProgressException
  stuck-job:ENTITY[:N]                        report jobs of the entity never finish (their slot is freed as usual)
  failed-job:ENTITY:CODE[:N]                  report jobs of the entity end FAILED with this code
  short-report:ENTITY[:N]                     rows are missing though the counts are whole
  failed-evaluation:RESOURCE[:N]              AWS Config does not take the next N evaluations (1) of the resource (* for any)
  ENTITY is the id of a root, OU or account, or the ARN of a user, group, role or policy
  OPERATION is AWS's name (ListAccounts) or * for all; job faults without N last until they are cleared
  N of calls may be a share, 20%: that many of a hundred calls are struck, by chance, until the fault is cleared`;

/** How often a fault of an operation strikes. */
const often = (given: string | undefined, otherwise: number, spec: string): Counted => {
  const [, percent] = /^([1-9]\d?)%$/.exec(given ?? '') ?? [];
  if (percent === undefined) return { left: count(given, otherwise, spec) };
  return { left: Number.POSITIVE_INFINITY, percent: Number(percent) };
};

const count = (given: string | undefined, otherwise: number, spec: string): number => {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`fault ${spec}: ${given} is no number of calls or jobs`);
  return value;
};

/** The parts of a fault; the colons of an ARN part nothing. */
const partsOf = (spec: string): readonly string[] => {
  const [kind = '', ...parts] = spec.split(':');
  return parts[0] === 'arn' ? [kind, parts.slice(0, 6).join(':'), ...parts.slice(6)] : [kind, ...parts];
};

/** Reads one fault; throws an Error that names the fault and the known forms. */
export const parseFault = (spec: string): Fault => {
  const [kind = '', subject = '', third, fourth, ...rest] = partsOf(spec);
  const bad = (why: string): Error => new Error(`fault ${spec}: ${why}; known forms:\n${faultGrammar}`);
  if (rest.length > 0 || subject === '') throw bad('not a known form');
  switch (kind) {
    case 'throttle':
    case 'reset':
    case 'lost-answer':
    case 'short-answer':
    case 'concurrent-modification':
    case 'policy-changes-in-progress':
      if (fourth !== undefined) throw bad('too many parts');
      return { kind, operation: subject, ...often(third, 1, spec) };
    case 'error': {
      if (third === undefined || !/^([45]\d\d|[A-Za-z]\w+)$/.test(third))
        throw bad('it needs an HTTP status from 400 or an AWS code');
      const status = Number(third);
      const known = Number.isNaN(status) ? { status: 400, code: third } : { status, code: null };
      return { kind, operation: subject, ...known, ...often(fourth, 1, spec) };
    }
    case 'slow':
      if (third === undefined || !/^\d+ms$/.test(third)) throw bad('it needs a time like 200ms');
      return {
        kind,
        operation: subject,
        milliseconds: Number.parseInt(third, 10),
        ...often(fourth, Number.POSITIVE_INFINITY, spec),
      };
    case 'stuck-job':
    case 'short-report':
      if (fourth !== undefined) throw bad('too many parts');
      return { kind, entity: subject, left: count(third, Number.POSITIVE_INFINITY, spec) };
    case 'failed-evaluation':
      if (fourth !== undefined) throw bad('too many parts');
      return { kind, entity: subject, left: count(third, 1, spec) };
    case 'failed-job':
      if (third === undefined) throw bad('it needs an error code');
      return { kind, entity: subject, code: third, left: count(fourth, Number.POSITIVE_INFINITY, spec) };
    default:
      throw bad(`${kind} is no fault`);
  }
};

/** The faults that are set at present. */
export interface FaultBox {
  /** Sets a fault, given as one or as its text; answers the fault, which `remove` takes. */
  add(fault: Fault | string): Fault;
  remove(fault: Fault): void;
  clear(): void;
  list(): readonly Fault[];
  /** The faults that strike this call, each used once more. */
  takeForOperation(operation: string): readonly OperationFault[];
  /** The fault of this kind that strikes this entity's next job, used once more; or null. */
  takeForJob(kind: JobFault['kind'], entity: string): JobFault | null;
}

/** A box of faults; a fault leaves it when it has struck as often as it was meant to. */
export const createFaultBox = (initial: readonly (Fault | string)[]): FaultBox => {
  let faults: Fault[] = [];
  const chance = chanceFrom(7);
  const use = (fault: Fault): void => {
    fault.left -= 1;
    if (fault.left <= 0) faults = faults.filter((other) => other !== fault);
  };
  const add = (given: Fault | string): Fault => {
    const fault = typeof given === 'string' ? parseFault(given) : { ...given };
    faults.push(fault);
    return fault;
  };
  for (const fault of initial) add(fault);
  return {
    add,
    remove: (fault) => {
      faults = faults.filter((other) => other !== fault);
    },
    clear: () => {
      faults = [];
    },
    list: () => [...faults],
    takeForOperation: (operation) => {
      const struck = faults.filter(
        (fault): fault is OperationFault =>
          'operation' in fault &&
          (fault.operation === operation || fault.operation === '*') &&
          (fault.percent === undefined || chance.below(100) < fault.percent),
      );
      for (const fault of struck) use(fault);
      return struck;
    },
    takeForJob: (kind, entity) => {
      const fault = faults.find(
        (item): item is JobFault => 'entity' in item && item.kind === kind && item.entity === entity,
      );
      if (fault !== undefined) use(fault);
      return fault ?? null;
    },
  };
};
