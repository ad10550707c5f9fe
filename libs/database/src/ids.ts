import { v7 } from 'uuid';

/** A UUIDv7 (RFC 9562) under the brand of its kind. */
export const newId = <Id extends string>(): Id => v7() as Id;
