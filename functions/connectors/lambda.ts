import { serve } from '#shared/entry/serve.ts';
import { createConnector } from './create.ts';
import { getConnector } from './get.ts';
import { listConnectors } from './list.ts';
import { deleteConnector } from './remove.ts';
import { updateConnector } from './update.ts';

export const handler = serve(createConnector, listConnectors, getConnector, updateConnector, deleteConnector);
