import { isUniqueViolation } from '#libs/database';
import { SlipwayError } from '#libs/errors';

/** The index decides, so that two who ask at once cannot both have it. */
export function orSlugTaken(error: unknown): never {
  if (!isUniqueViolation(error, 'products_slug_unique')) throw error;
  throw new SlipwayError('subscriptions.slug_taken', 'Another product has this slug.', {
    fields: [{ pointer: '/slug', detail: 'Choose another slug.' }],
  });
}
