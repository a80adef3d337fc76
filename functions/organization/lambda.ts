import { serve } from '#shared/entry/serve.ts';
import { getCredentialReaders } from './get-readers.ts';
import { getOrganization } from './get.ts';
import { setCredentialReaders } from './set-readers.ts';
import { updateOrganization } from './update.ts';

export const handler = serve(getOrganization, updateOrganization, getCredentialReaders, setCredentialReaders);
