import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { LocalBus } from './bus.ts';
import type { LocalClock } from './clock.ts';
import { readBody } from './http-event.ts';
import type { LocalNotices } from './notices.ts';

const unit = { W: 604_800_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1000 } as const;
const part = (name: string) => `(?:(?<${name}>\\d{1,9})${name})?`;
const pattern = new RegExp(`^P${part('W')}${part('D')}(?:T${part('H')}${part('M')}${part('S')})?$`);

/** An ISO 8601 duration of weeks, days, hours, minutes and seconds, as milliseconds. */
const Duration = z
  .string()
  .regex(pattern, 'Expected a duration such as PT168H or P7D.')
  .transform((text) => {
    const found = pattern.exec(text)?.groups ?? {};
    return Object.entries(unit).reduce(
      (sum, [name, milliseconds]) => sum + Number(found[name] ?? 0) * milliseconds,
      0,
    );
  });

const Advance = z.strictObject({ advance: Duration });

interface LocalRoutes {
  readonly clock: LocalClock;
  readonly bus: LocalBus;
  readonly notices: LocalNotices;
  readonly travel: (milliseconds: number) => Promise<number>;
  readonly run: (schedule: string) => Promise<boolean>;
  readonly idle: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly value: unknown;
}

const wrong = (status: number, code: string, message: string): Answer => ({
  status,
  value: { error: { code, message, details: [] } },
});

const moveClock = async ({ clock, travel }: LocalRoutes, request: IncomingMessage): Promise<Answer> => {
  const text = (await readBody(request))?.toString() ?? '';
  const body = Advance.safeParse(
    z
      .string()
      .transform((json, issues): unknown => {
        try {
          return JSON.parse(json);
        } catch {
          issues.addIssue('not JSON');
          return z.NEVER;
        }
      })
      .safeParse(text).data,
  );
  if (!body.success) return wrong(422, 'invalid_request', 'Expected {"advance": "PT168H"}.');
  const stops = await travel(body.data.advance);
  return { status: 200, value: { now: new Date(clock.now()).toISOString(), stops } };
};

const runNow = async ({ run, idle }: LocalRoutes, schedule: string): Promise<Answer> => {
  if (!(await run(schedule))) return wrong(404, 'schedule_not_found', 'There is no such schedule.');
  await idle();
  return { status: 200, value: { schedule } };
};

const route = async (parts: LocalRoutes, request: IncomingMessage, url: URL): Promise<Answer> => {
  const [, , name, argument] = url.pathname.split('/');
  if (request.method === 'POST' && name === 'clock') return moveClock(parts, request);
  if (request.method === 'POST' && name === 'run') return runNow(parts, argument ?? '');
  if (request.method === 'GET' && name === 'events') {
    await parts.idle();
    return { status: 200, value: { items: parts.bus.after(url.searchParams.get('after') ?? undefined) } };
  }
  if (request.method === 'GET' && name === 'notices') {
    await parts.idle();
    return { status: 200, value: { items: parts.notices.kept() } };
  }
  return wrong(
    404,
    'route_not_found',
    'Locally there are POST /_local/clock, POST /_local/run/{schedule}, GET /_local/events, GET /_local/notices.',
  );
};

/** The paths that there are locally only; nobody has to say who they are. */
export const localRoutes =
  (parts: LocalRoutes) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = request.url ?? '/';
    if (!path.startsWith('/_local/')) return false;
    const url = new URL(path, 'http://localhost');
    const { status, value } = await route(parts, request, url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    return true;
  };
