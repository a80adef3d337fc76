import { serve } from '#shared/entry/serve.ts';
import { createUmbrella } from './create.ts';
import { getVerification } from './get-verification.ts';
import { getUmbrella } from './get.ts';
import { listUmbrellas } from './list.ts';
import { setVerification } from './set-verification.ts';
import { updateUmbrella } from './update.ts';

export const handler = serve(
  createUmbrella,
  listUmbrellas,
  getUmbrella,
  updateUmbrella,
  getVerification,
  setVerification,
);
