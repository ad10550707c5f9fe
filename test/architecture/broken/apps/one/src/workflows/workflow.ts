export const workflow = 'workflow';
