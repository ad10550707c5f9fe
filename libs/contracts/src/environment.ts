import { z } from 'zod';

/** The two worlds a partner lives in. They share nothing (B3). */
export const environments = ['sandbox', 'production'] as const;
export const environmentSchema = z.enum(environments);
export type Environment = (typeof environments)[number];

/** Where a message, a row or a role belongs: one of the environments, or what spans both. */
export const scopes = ['sandbox', 'production', 'shared'] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = (typeof scopes)[number];

export const otherEnvironment = (environment: Environment): Environment =>
  environment === 'sandbox' ? 'production' : 'sandbox';

export const isEnvironment = (value: unknown): value is Environment => value === 'sandbox' || value === 'production';
