import { serve } from '#shared/entry/serve.ts';
import { createUmbrella } from './create.ts';
import { listUmbrellaServices } from './list-services.ts';
import { listVerificationHistory } from './list-verifications.ts';
import { deleteUmbrella } from './remove.ts';
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
  deleteUmbrella,
  listUmbrellaServices,
  getVerification,
  setVerification,
  listVerificationHistory,
);
