import { variables } from '../../infra/environment.ts';

/** An environment for constructs that are tested by themselves. */
export const testVariables = variables({
  table: 'items',
  bus: 'events',
  vault: 'secret-per-auth',
  secretPrefix: 'latchkey',
  sealingKey: 'sealing-key',
  publicUrl: 'https://latchkey.example',
  streamingUrl: 'https://streaming.latchkey.example/',
  egressAllow: '',
  jwtIssuer: '',
  jwtAudience: '',
  jwtJwksUrl: '',
  jwtUserClaim: 'sub',
  jwtOrganizationClaim: '',
  jwtRoleClaim: '',
  corsOrigins: '',
});
