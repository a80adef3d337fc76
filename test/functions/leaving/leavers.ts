import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { workspaces, workspaceKey } from '#shared/domain/workspaces/workspace.ts';
import { routes } from '#functions/routes.ts';
import { call, type Answered } from '../../support/api.ts';
import { world, type World } from '../../support/deps.ts';
import { capturedOutput } from '../../support/output.ts';
import { answer } from '../../support/watched.ts';
import { matcher } from '#shared/entry/match.ts';

export let w: World;
export let key = '';
let output: ReturnType<typeof capturedOutput>;

/** What each test begins with: a world of its own. */
export const setStage = async (): Promise<void> => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  w.http.answers(() => answer(200, 'hello'));
  key = (await firstKey(w.deps, w.organizationId)).reveal();
};

export const endStage = (): void => output.stop();

const table = routes.map(({ noun, route }) => ({ noun, route, match: matcher(route) }));

/** Sends a request to the function that answers its route. */
export const send = async (
  method: string,
  path: string,
  { as = key, body }: { as?: string; body?: unknown } = {},
) => {
  const [rawPath = '', query = ''] = path.split('?');
  const found = table.find(({ match }) => match.path({ path: rawPath }) && match.method({ method }));
  const { handler } = (await import(`#functions/${found!.noun}/lambda.ts`)) as { handler: unknown };
  return call(handler, { method, path: rawPath, query, body, headers: { authorization: `Bearer ${as}` } });
};

export const codeOf = ({ status, error }: Answered) => [status, error.code];

export const workspaceNow = (id: string) => w.deps.store.get(workspaces, workspaceKey(w.organizationId, id));
