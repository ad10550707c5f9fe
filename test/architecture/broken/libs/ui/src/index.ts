export const component = 'of a site';
