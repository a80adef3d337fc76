import { foundWithKey } from '#shared/domain/deployment/found.ts';
import { DeploymentCompleted } from '#shared/domain/schedule/events.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Gives a new deployment its organization and a key to begin with. */
export const handler = reactionTo('found-organization', DeploymentCompleted, (deps) => foundWithKey(deps));
