import * as z from 'zod';
import { pathOfEntry, type DefinitionsDocument, type ToFillIn } from './document.ts';
import { fillPlaceholders } from './placeholders.ts';
import { renameMember } from './umbrella-names.ts';

/** The secrets that a document lacks, each by its place. */
export const lackingIn = ({ services }: DefinitionsDocument): ToFillIn[] => {
  const places: ToFillIn[] = [];
  for (const [index, { ref, definition }] of services.entries())
    fillPlaceholders(definition, pathOfEntry(index), (place) => {
      places.push({ ref, ...place });
      return undefined;
    });
  return places;
};

/** The names of the umbrellas that a document speaks of. */
export const umbrellasIn = ({ services }: DefinitionsDocument): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const { definition } of services)
    renameMember(definition, 'umbrella', (value) => {
      const name = z.string().safeParse(value).data;
      if (name !== undefined) names.add(name);
      return {};
    });
  return names;
};
