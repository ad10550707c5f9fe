import { z } from 'zod';
import { certificates, egressEnvironment, httpUrl, seconds, serviceEnvironment } from '#libs/config';
import { privateKey } from './mail/dkim-key';
import { mailServer } from './mail/mail-server';
import { templateFolder } from './mail/template-folder';

/** Where it is injected. */
export const NotificationsConfig = Symbol('NotificationsConfig');
export type NotificationsConfig = z.output<typeof schema>;

const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

const schema = serviceEnvironment.extend(egressEnvironment.shape).extend({
  /** Under which partners reach the gateway and the portal: what is sent leads there. */
  SLIPWAY_PUBLIC_URL: httpUrl().default('http://localhost:8080'),
  /** Where staff reaches the admin edge: links in mails to them lead there. */
  SLIPWAY_ADMIN_URL: httpUrl().default('http://localhost:8081'),
  /** Webhooks that an account may have, or the provider in an environment. */
  SLIPWAY_WEBHOOK_LIMIT: whole(1, 1_000).default(10),
  /** Deliveries under way at once from one copy, in one environment. */
  SLIPWAY_WEBHOOK_CONCURRENCY: whole(4, 10_000).default(256),
  /** Of these to one webhook, from all copies together; to one that fails, one. */
  SLIPWAY_WEBHOOK_CONNECTIONS: whole(1, 1_000).default(16),
  /** A PEM file of authorities that sign the certificates of webhooks' servers, believed beside those that Node brings. */
  SLIPWAY_WEBHOOK_CA: certificates().optional(),
  /** For how long a delivery is kept, with its attempts: so long it can be replayed. */
  SLIPWAY_DELIVERY_DAYS: whole(1, 3_650).default(30),
  /** For how long an inbox keeps a message, read or not. */
  SLIPWAY_MESSAGE_DAYS: whole(1, 3_650).default(365),
  /** The mail server, `smtps://user:password@host:465`; none: mails are kept for staff to read. */
  SLIPWAY_SMTP: mailServer().optional(),
  /** A PEM file of authorities that sign the mail server's certificate, believed instead of those that Node brings. */
  SLIPWAY_SMTP_CA: certificates().optional(),
  /** How long the mail server may take to be there, to greet, and for each step after. */
  SLIPWAY_SMTP_SECONDS: seconds(1, 300).default(30),
  /** Mails of one environment that are under way at once, from one copy. */
  SLIPWAY_SMTP_CONNECTIONS: whole(1, 100).default(4),
  /** The address that mails come from; none: no-reply at the host of the portal. */
  SLIPWAY_MAIL_FROM: z.email().optional(),
  /** By which receivers see that a mail is from `SLIPWAY_DKIM_DOMAIN` (RFC 6376): a file of a private key in PEM, and its selector. */
  SLIPWAY_DKIM_KEY: privateKey().optional(),
  SLIPWAY_DKIM_SELECTOR: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'must be a label of DNS')
    .default('slipway'),
  /** None: the domain of `SLIPWAY_MAIL_FROM`. */
  SLIPWAY_DKIM_DOMAIN: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,252}$/i, 'must be a domain name')
    .optional(),
  /** A folder of templates that take the place of those that Slipway brings along. */
  SLIPWAY_MAIL_TEMPLATES: templateFolder().optional(),
  /** For how long a mail is tried again that the mail server has not taken. */
  SLIPWAY_MAIL_HOURS: whole(1, 720).default(48),
  /** For how long it can be read what has become of a mail. */
  SLIPWAY_MAIL_DAYS: whole(1, 3_650).default(90),
});

export const notificationsConfig = { schema, token: NotificationsConfig };
