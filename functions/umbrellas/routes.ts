import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import {
  NewUmbrella,
  UmbrellaEdit,
  UmbrellaView,
  VerificationInput,
  VerificationView,
} from '#shared/domain/umbrellas/umbrella.ts';
import { route } from '#shared/entry/route.ts';
import { UmbrellaId } from '#shared/ids.ts';

const path = z.strictObject({ umbrellaId: UmbrellaId });

export const create = route({
  name: 'createUmbrella',
  method: 'POST',
  path: '/v1/umbrellas',
  summary: 'Registers an umbrella application: the OAuth application that the provider knows.',
  needs: 'umbrellas:write',
  status: 201,
  request: { body: NewUmbrella },
  response: UmbrellaView,
  example: {
    name: 'Acme for us',
    consoleUrl: 'https://console.acme.example/apps/17',
    verification: { status: 'demo', authLifetimeSeconds: 604_800 },
  },
});

export const list = route({
  name: 'listUmbrellas',
  method: 'GET',
  path: '/v1/umbrellas',
  summary: 'Lists the umbrella applications.',
  needs: 'umbrellas:read',
  request: { query: PageQuery },
  response: pageOf(UmbrellaView),
});

export const get = route({
  name: 'getUmbrella',
  method: 'GET',
  path: '/v1/umbrellas/{umbrellaId}',
  summary: 'Reads an umbrella application.',
  needs: 'umbrellas:read',
  request: { path },
  response: UmbrellaView,
});

export const update = route({
  name: 'updateUmbrella',
  method: 'PATCH',
  path: '/v1/umbrellas/{umbrellaId}',
  summary: 'Changes the details of an umbrella application.',
  needs: 'umbrellas:write',
  request: { path, body: UmbrellaEdit },
  response: UmbrellaView,
  example: { userCap: 100 },
});

export const getVerification = route({
  name: 'getVerification',
  method: 'GET',
  path: '/v1/umbrellas/{umbrellaId}/verification',
  summary: "Reads how far the provider's approval is.",
  needs: 'umbrellas:read',
  request: { path },
  response: VerificationView,
});

export const setVerification = route({
  name: 'setVerification',
  method: 'PUT',
  path: '/v1/umbrellas/{umbrellaId}/verification',
  summary: "Records how far the provider's approval is. Auths made while verified have no early end.",
  needs: 'umbrellas:write',
  request: { path, body: VerificationInput },
  response: VerificationView,
  example: { status: 'in_review', note: 'Sent in on Monday' },
});
