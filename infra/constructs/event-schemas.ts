import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import type { EventKind } from '#shared/events.ts';
import { eventSource, registered } from './event-schema.ts';

interface EventSchemasProps {
  readonly registryName: string;
  readonly kinds: readonly EventKind[];
}

/** The limit of the registry. */
const longestDescription = 256;

const shortened = (text: string) =>
  text.length > longestDescription ? `${text.slice(0, longestDescription - 1)}…` : text;

/** The schemas of all news, so that EventBridge shows them and makes code bindings. A new version of one is added to the old. */
export class EventSchemas extends Construct {
  constructor(scope: Construct, id: string, { registryName, kinds }: EventSchemasProps) {
    super(scope, id);
    const registry = new CfnRegistry(this, 'Registry', {
      registryName,
      description: 'Latchkey: the events that others can listen to.',
    });
    for (const kind of kinds.filter(({ audience }) => audience === 'news')) {
      new CfnSchema(this, kind.type, {
        registryName: registry.attrRegistryName,
        schemaName: `${eventSource}@${kind.type}`,
        type: 'OpenApi3',
        description: shortened(kind.summary),
        content: registered(kind),
      });
    }
  }
}
