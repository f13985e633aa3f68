import { z } from 'zod';

/** Our name of an app: lower-case letters, digits and hyphens, 1 to 63 characters, a letter or digit first. */
export const AppName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'must be 1 to 63 lower-case letters, digits and hyphens, not beginning with a hyphen',
  );
