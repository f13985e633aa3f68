import { EASEMOB_PATHS } from '@immint/contracts/easemob';

import { ProviderError } from './provider-error.ts';

/** The two names that stand in every path. */
export interface EasemobAppNames {
  readonly org_name: string;
  readonly app_name: string;
}

/** What stands in the places of a path; each value stays within its segment. */
interface PathValues extends EasemobAppNames {
  readonly username?: string;
  readonly resource_id?: string | undefined;
}

/**
 * A path of the API with its values filled in. A value that would walk to another path however it is written (`.`, `..`)
 * is refused, although Easemob's grammar allows such a user id.
 * @throws ProviderError user-id-refused, bad-request
 */
export const toEasemobPath = (name: keyof typeof EASEMOB_PATHS, values: PathValues): string =>
  EASEMOB_PATHS[name].replace(/\{(org_name|app_name|username|resource_id)\}/g, (_, place: keyof PathValues) => {
    const value = values[place] ?? '';
    if (value !== '' && value !== '.' && value !== '..' && value.isWellFormed()) return encodeURIComponent(value);
    throw new ProviderError(place === 'username' ? 'user-id-refused' : 'bad-request', {
      detail: 'It cannot stand in the path of a call.',
    });
  });
