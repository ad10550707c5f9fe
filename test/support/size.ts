/** `npm run test:long` asks for the full size. */
const long = process.env['SLIPWAY_TEST_LONG'] === '1';

export const sized = (normal: number, full: number): number => (long ? full : normal);
