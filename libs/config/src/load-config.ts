import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** A number of seconds, written as an integer. */
export const seconds = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);
export const port = () => z.coerce.number().int().min(0).max(65535);
/** Without a slash at the end. */
export const httpUrl = () => z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
/** `1` or `0`. */
export const flag = () => z.enum(['0', '1']).transform((value) => value === '1');

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** Networks as CIDR, between commas. */
export const networks = () =>
  z
    .string()
    .transform(listed)
    .refine(
      (ranges) => ranges.every((range) => ipaddr.isValidCIDR(range)),
      'must be networks such as 10.0.0.0/8,fd12::/48',
    );

/** Numbers of ports, between commas. */
export const ports = () =>
  z
    .string()
    .transform((text) => listed(text).map(Number))
    .pipe(z.array(z.int().min(1).max(65535)));

/** The path of a file of certificates in PEM, read: the setting is what stands in it. Empty counts as not set. */
export const certificates = () =>
  z.string().transform((path, context) => {
    if (path === '') return undefined;
    try {
      const pem = readFileSync(path, 'utf8');
      new X509Certificate(pem);
      return pem;
    } catch (error) {
      context.addIssue(`holds no certificate that can be read: ${path}: ${(error as Error).message}`);
      return z.NEVER;
    }
  });

/**
 * Reads the environment once, frozen. On any fault the process ends with status 78 (EX_CONFIG) after naming every
 * fault, not only the first.
 */
export function loadConfig<Shape extends z.ZodType>(
  shape: Shape,
  source: NodeJS.ProcessEnv = process.env,
): Readonly<z.output<Shape>> {
  const result = shape.safeParse(source);
  if (result.success) return Object.freeze(result.data as object) as Readonly<z.output<Shape>>;
  const faults = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  process.stderr.write(`The settings are not valid:\n${faults.join('\n')}\n`);
  process.exit(78);
}
