import type { SlipwayError } from '#libs/errors';

/**
 * What work returns to refuse what was asked and yet keep what it has written, such as that somebody has tried. Thrown, an
 * error would take that back with everything else.
 */
export class Refusal {
  constructor(readonly error: SlipwayError) {}
}
