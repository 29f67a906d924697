import type { ScheduleReading } from '../../../core/doctor/readings.ts';
import { refusing } from '../refusal.ts';
import { signedRequest } from '../signed-request.ts';

interface Schedule {
  readonly State?: string;
  readonly ScheduleExpression?: string;
  readonly Target?: { readonly Arn?: string; readonly RoleArn?: string };
}

/**
 * A schedule of the default group; null where there is none. One signed request (EventBridge Scheduler API reference, GetSchedule), as
 * a client of its own for one read would be another package. `endpoint` null: AWS's own for the Region.
 */
export async function readSchedule(
  name: string,
  { endpoint, region }: { readonly endpoint: string | null; readonly region: string },
): Promise<Omit<ScheduleReading, 'logicalId'> | null> {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const base = endpoint ?? `https://scheduler.${region}.${suffix}`;
  const url = `${base.replace(/\/$/, '')}/schedules/${encodeURIComponent(name)}?groupName=default`;
  return refusing('scheduler:GetSchedule', async () => {
    const { body, status } = await signedRequest('GET', url, { region, service: 'scheduler' });
    if (status !== 200) {
      const refusal = refusalIn(body, status);
      if (refusal.name === 'ResourceNotFoundException') return null;
      throw refusal;
    }
    const { ScheduleExpression = '', State = '', Target } = body as Schedule;
    return {
      name,
      state: State,
      expression: ScheduleExpression,
      targetArn: Target?.Arn ?? '',
      roleArn: Target?.RoleArn ?? '',
    };
  });
}

const codes: Readonly<Record<number, string>> = {
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
};

/** What AWS said, as the SDK's clients throw it. */
function refusalIn(body: unknown, status: number): Error {
  const { Code, Message, message } = (typeof body === 'object' && body !== null ? body : {}) as Readonly<
    Record<string, string | undefined>
  >;
  // Not every answer has a code in its body.
  const name = Code ?? codes[status] ?? `HTTP ${status}`;
  const error = new Error(Message ?? message ?? 'no words');
  return Object.assign(error, { name, $metadata: { httpStatusCode: status } });
}
