import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import {
  NewUmbrella,
  UmbrellaEdit,
  UmbrellaView,
  VerificationInput,
  VerificationView,
} from '#shared/domain/umbrellas/umbrella.ts';
import { ServiceUnder } from '#shared/domain/umbrellas/services-under.ts';
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
    userCap: 100,
    verification: { status: 'demo', authLifetimeSeconds: 604_800 },
  },
});

export const list = route({
  name: 'listUmbrellas',
  method: 'GET',
  path: '/v1/umbrellas',
  summary: 'Lists the umbrella applications, each with how many people count against its user cap.',
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
  summary: 'Changes the details of an umbrella application; "userCap": null takes the cap off.',
  needs: 'umbrellas:write',
  request: { path, body: UmbrellaEdit },
  response: UmbrellaView,
  example: { userCap: 100 },
});

export const remove = route({
  name: 'deleteUmbrella',
  method: 'DELETE',
  path: '/v1/umbrellas/{umbrellaId}',
  summary: 'Deletes an umbrella application under which no service runs.',
  needs: 'umbrellas:write',
  status: 204,
  request: { path },
});

export const listServices = route({
  name: 'listUmbrellaServices',
  method: 'GET',
  path: '/v1/umbrellas/{umbrellaId}/services',
  summary: 'Lists the services, by environment, that run under an umbrella application.',
  needs: 'umbrellas:read',
  request: { path, query: PageQuery },
  response: pageOf(ServiceUnder),
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
  example: {
    status: 'demo',
    note: 'For test users until the review is over',
    authLifetimeSeconds: 604_800,
    exceptScopes: ['openid', 'email', 'profile'],
  },
});

export const listVerifications = route({
  name: 'listVerificationHistory',
  method: 'GET',
  path: '/v1/umbrellas/{umbrellaId}/verification/history',
  summary:
    "Lists what was recorded of the provider's approval, the newest first, the present record included.",
  needs: 'umbrellas:read',
  request: { path, query: PageQuery },
  response: pageOf(VerificationView),
});
