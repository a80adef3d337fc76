import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { NewSolution, SolutionEdit, SolutionView } from '#shared/domain/solutions/solution.ts';
import { route } from '#shared/entry/route.ts';
import { SolutionId, WorkspaceId } from '#shared/ids.ts';

const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });
const path = z.strictObject({ workspaceId: WorkspaceId, solutionId: SolutionId });
const serviceIds = ['svc_01hvx3s9k2m4n6p8q0r2s4t6v8'];

export const create = route({
  name: 'createSolution',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/solutions',
  summary: 'Makes a solution of services, as a draft.',
  needs: 'solutions:write',
  status: 201,
  request: { path: inWorkspace, body: NewSolution },
  response: SolutionView,
  example: { name: 'Order sync', serviceIds },
});

export const list = route({
  name: 'listSolutions',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/solutions',
  summary: 'Lists the solutions of a workspace, the oldest first.',
  needs: 'solutions:read',
  request: { path: inWorkspace, query: PageQuery },
  response: pageOf(SolutionView),
});

export const get = route({
  name: 'getSolution',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/solutions/{solutionId}',
  summary: 'Reads a solution.',
  needs: 'solutions:read',
  request: { path },
  response: SolutionView,
});

export const update = route({
  name: 'updateSolution',
  method: 'PATCH',
  path: '/v1/workspaces/{workspaceId}/solutions/{solutionId}',
  summary: 'Changes the name or the services of a solution; a published one stays published.',
  needs: 'solutions:write',
  request: { path, body: SolutionEdit },
  response: SolutionView,
  example: { name: 'Order sync', serviceIds },
});

export const remove = route({
  name: 'deleteSolution',
  method: 'DELETE',
  path: '/v1/workspaces/{workspaceId}/solutions/{solutionId}',
  summary: 'Deletes a solution. Auths that end users have made with its services go on.',
  needs: 'solutions:write',
  status: 204,
  request: { path },
});

export const publish = route({
  name: 'publishSolution',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/solutions/{solutionId}/publish',
  summary: 'Publishes a solution: from now on end users may authenticate with its services.',
  needs: 'solutions:write',
  request: { path },
  response: SolutionView,
});

export const unpublish = route({
  name: 'unpublishSolution',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/solutions/{solutionId}/unpublish',
  summary:
    'Takes a solution back: end users make no new auths with its services unless another one is published that uses them. Auths that they have go on.',
  needs: 'solutions:write',
  request: { path },
  response: SolutionView,
});
