export const run = 'run';
