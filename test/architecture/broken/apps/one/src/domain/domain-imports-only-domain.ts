import { workflow } from '../workflows/workflow';

export const broken = workflow;
