import { serve } from '#shared/entry/serve.ts';
import { createSolution } from './create.ts';
import { getSolution } from './get.ts';
import { listSolutions } from './list.ts';
import { publishSolution } from './publish.ts';
import { deleteSolution } from './remove.ts';
import { unpublishSolution } from './unpublish.ts';
import { updateSolution } from './update.ts';

export const handler = serve(
  createSolution,
  listSolutions,
  getSolution,
  updateSolution,
  deleteSolution,
  publishSolution,
  unpublishSolution,
);
