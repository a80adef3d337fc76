import { provide } from '#shared/deps.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { capturedOutput } from '../../support/output.ts';
import { parties, type Parties } from '../../support/parties.ts';

export let p: Parties;
let output: ReturnType<typeof capturedOutput>;

/** What each test begins with: a world of its own. */
export const setStage = async (): Promise<void> => {
  output = capturedOutput();
  p = await parties();
  provide(p.w.deps);
};

export const endStage = (): void => output.stop();

type Parts = Readonly<Record<string, unknown>>;
type Rows = readonly Readonly<Record<string, unknown>>[];

/** How a bundle from the same deployment names a service. */
export const named = ({ id, definition }: Service, ref = 'acme') => ({
  ref,
  id,
  name: definition.name,
  type: definition.auth.type,
});

export const http = (service: string, content?: unknown) => ({ kind: 'http_client', service, content });
export const byConnector = (service: string) => ({ kind: 'connector', service });

export const bundle = (services: Rows, steps: Rows, parts: Parts = {}) => ({
  format: 'latchkey.bundle',
  version: 1,
  services,
  steps,
  ...parts,
});

export const imports = (body: Parts, as?: string) =>
  p.send(['POST', p.target, 'imports'], body, as === undefined ? {} : { as });
export const checks = (body: Parts) => p.send(['POST', p.target, 'imports/check'], body);
export const imported = async () => (await p.send(['GET', p.target, 'imports'])).json['items'];

export const rows = (value: unknown) => value as readonly Readonly<Record<string, never>>[];
