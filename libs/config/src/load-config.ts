import { X509Certificate } from 'node:crypto';
import { Resolver } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** A number of seconds, written as an integer. */
export const seconds = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);
export const port = () => z.coerce.number().int().min(0).max(65535);
/** Without a slash at the end. */
export const httpUrl = () =>
  z
    .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
    .transform((url) => url.replace(/\/+$/, ''));
/** `1` or `0`. */
export const flag = () => z.enum(['0', '1']).transform((value) => value === '1');

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** Spelled out: ipaddr.js takes `10/8` for a network as well. */
const isNetwork = (text: string): boolean => isIP(text.split('/')[0] ?? '') !== 0 && ipaddr.isValidCIDR(text);

/** Networks as CIDR, between commas. */
export const networks = () =>
  z
    .string()
    .transform(listed)
    .refine((ranges) => ranges.every(isNetwork), 'must be networks such as 10.0.0.0/8,fd12::/48');

/** How many proxies stand in front, or their addresses and networks, between commas. */
export const proxies = () =>
  z
    .string()
    .transform((text) => (/^\d*$/.test(text) ? Number(text) : listed(text)))
    .refine(
      (given) => typeof given === 'number' || given.every((range) => isIP(range) || isNetwork(range)),
      'must be a number of proxies, or their addresses such as 10.0.0.5,10.1.0.0/16',
    );

/** Numbers of ports, between commas. */
export const ports = () =>
  z
    .string()
    .transform((text) => listed(text).map(Number))
    .pipe(z.array(z.int().min(1).max(65535)));

/** Resolvers of DNS as `address` or `address:port`, between commas. */
export const nameservers = () =>
  z
    .string()
    .transform(listed)
    .refine((servers) => {
      try {
        new Resolver().setServers(servers);
        return true;
      } catch {
        return false;
      }
    }, 'must be addresses such as 10.0.0.53,[fd12::53]:5353');

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

/** A setting that cannot be used, and what it must be. The value is not repeated: it may be a secret. */
export interface SettingFault {
  setting: string;
  detail: string;
}

/** What is wrong with settings, each once. What is empty counts as not set: so a list of them can be handed on whole. */
export function faultsOf(shape: z.ZodType, source: NodeJS.ProcessEnv): SettingFault[] {
  const result = shape.safeParse(givenIn(source));
  if (result.success) return [];
  const faults = result.error.issues.map((issue) => faultOf(shape, issue, source));
  return [...new Map(faults.map((fault) => [fault.setting, fault])).values()];
}

const givenIn = (source: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));

function faultOf(shape: z.ZodType, { code, path, message }: z.core.$ZodIssue, source: NodeJS.ProcessEnv): SettingFault {
  const setting = path.join('.');
  const rule = shape instanceof z.ZodObject ? (shape.shape as Record<string, z.ZodType>)[setting] : undefined;
  // A rule of our own has words of its own.
  const words = (code !== 'custom' && rule && ruleInWords(rule)) || message;
  return { setting, detail: source[setting] ? words : `is not set; it ${words}` };
}

interface JsonRule {
  enum?: string[];
  type?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

/** What a value must be, rather than what this one is not. Undefined where the rule says that better itself. */
function ruleInWords(rule: z.ZodType): string | undefined {
  const json = z.toJSONSchema(rule, { io: 'input', unrepresentable: 'any' }) as JsonRule;
  if (json.enum) return `must be ${json.enum.join(' or ')}`;
  if (json.type === 'integer') return `must be a whole number${rangeInWords(json)}`;
  if (json.type !== 'string') return undefined;
  if (json.minLength !== undefined && json.maxLength !== undefined)
    return `must have ${json.minLength} to ${json.maxLength} characters`;
  return json.format === 'email' ? 'must be an e-mail address' : undefined;
}

function rangeInWords({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: JsonRule): string {
  return maximum === Number.MAX_SAFE_INTEGER ? `, at least ${minimum}` : ` from ${minimum} to ${maximum}`;
}

/**
 * Reads the environment once, frozen. On any fault the process ends with status 78 (EX_CONFIG) after naming every
 * fault, not only the first.
 */
export function loadConfig<Shape extends z.ZodType>(
  shape: Shape,
  source: NodeJS.ProcessEnv = process.env,
): Readonly<z.output<Shape>> {
  const result = shape.safeParse(givenIn(source));
  if (result.success) return Object.freeze(result.data as object) as Readonly<z.output<Shape>>;
  const faults = faultsOf(shape, source).map(({ setting, detail }) => `  ${setting}: ${detail}`);
  process.stderr.write(`The settings are not valid:\n${faults.join('\n')}\n`);
  process.exit(78);
}
