import { invalid } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Values } from '../../protocols/protocol.ts';
import { fillUrl, UnusableUrl } from '../../protocols/url-template.ts';
import { required } from '../../template.ts';
import type { ServiceInUse } from '../services/current.ts';

/**
 * Rejects with 422 `unusable_fields` when fields make no base URL, or one on another host than the template means. A base URL
 * that something else fills as well, such as a provider's answer, is judged at each call.
 */
export const demandUsableBase = (
  { settings: { plainHttp } }: Pick<Deps, 'settings'>,
  { definition: { baseUrl, hosts } }: ServiceInUse,
  fields: Values,
): void => {
  if (!required(baseUrl).every((name) => Object.hasOwn(fields, name))) return;
  try {
    fillUrl(baseUrl, fields, { hosts, plainHttp });
  } catch (error) {
    if (error instanceof UnusableUrl) throw invalid('unusable_fields', `${error.message} Check the fields.`);
    throw error;
  }
};
