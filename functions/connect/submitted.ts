import * as z from 'zod';

/** The form's own names. They hold a dot, which no key of a field does. */
export const formNames = { scope: 'latchkey.scope', scopesShown: 'latchkey.scopes_shown' } as const;

const Values = z.record(z.string(), z.union([z.string(), z.array(z.string().max(500)).max(200)]));

/**
 * The connect page's form as a person sends it: the fields by key, and the optional scopes that are ticked. They are
 * undefined when the page offered none, and empty when the person took none. Only the scope's name may come twice.
 */
export const Submitted = Values.transform((values, context) => {
  const { [formNames.scope]: scopes = [], [formNames.scopesShown]: shown, ...rest } = values;
  const fields = Object.entries(rest).flatMap(([key, value]) => {
    if (typeof value === 'string') return [[key, value] as const];
    context.addIssue({ code: 'custom', path: [key], message: 'Expected this field once.' });
    return [];
  });
  return {
    fields: Object.fromEntries(fields),
    scopes: shown === undefined ? undefined : [scopes].flat(),
  };
});
