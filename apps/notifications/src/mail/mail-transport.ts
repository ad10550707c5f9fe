import { Inject, Injectable } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { NotificationsConfig } from '../config';
import type { MailServer } from './mail-server';
import type { RenderedMail } from './templates';

export interface OutgoingMail extends RenderedMail {
  to: string;
  /** The same at each attempt, so that whoever gets it twice can see that it is one. */
  messageId: string;
  /** An address that takes a POST (RFC 8058); null: it is essential. */
  unsubscribe: string | null;
}

/** What is signed beside the usual, as RFC 8058 has it; absent ones are skipped. */
const signedHeaders = [
  ...['From', 'Reply-To', 'Subject', 'Date', 'Message-ID', 'To', 'MIME-Version', 'Content-Type'],
  ...['Content-Transfer-Encoding', 'List-Unsubscribe', 'List-Unsubscribe-Post'],
].join(':');

/** Connecting, greeting and the steps after it, each in time, and a bound for all of them together. */
const stepsMax = 4;

/** Sends over SMTP, where there is a mail server. */
@Injectable()
export class MailTransport {
  private readonly transporter: Transporter | undefined;
  private readonly from: string;
  /** What mails are named after. */
  readonly host: string;

  constructor(@Inject(NotificationsConfig) private readonly config: NotificationsConfig) {
    this.host = new URL(config.SLIPWAY_PUBLIC_URL).hostname;
    this.from = config.SLIPWAY_MAIL_FROM ?? `no-reply@${this.host}`;
    const server = config.SLIPWAY_SMTP;
    this.transporter = server && createTransport(this.optionsOf(server));
  }

  /** Whether there is one to send with. */
  get isThere(): boolean {
    return this.transporter !== undefined;
  }

  /** For how long an attempt may take, seconds. */
  get secondsMax(): number {
    return this.config.SLIPWAY_SMTP_SECONDS * stepsMax;
  }

  /** @throws MailFault */
  async send({ to, messageId, subject, text, html, unsubscribe }: OutgoingMail): Promise<void> {
    if (!this.transporter) throw new Error('there is no mail server');
    const headers = { 'Auto-Submitted': 'auto-generated', ...(unsubscribe && unsubscribeHeaders(unsubscribe)) };
    const mail = { messageId, subject, text, html, from: this.from, headers };
    // As an object, an address is taken as it is: what has a comma in it is not two.
    const sending = this.transporter.sendMail({ ...mail, to: { name: '', address: to } });
    await inTime(sending, this.secondsMax * 1_000);
  }

  private dkimOf(privateKey: string) {
    const { SLIPWAY_DKIM_DOMAIN: domain, SLIPWAY_DKIM_SELECTOR: keySelector } = this.config;
    return {
      domainName: domain ?? this.from.slice(this.from.lastIndexOf('@') + 1),
      keySelector,
      privateKey,
      headerFieldNames: signedHeaders,
    };
  }

  private optionsOf({ host, port, secure, requireTls, login }: MailServer): SMTPTransport.Options {
    const { config } = this;
    const { SLIPWAY_SMTP_SECONDS: seconds, SLIPWAY_SMTP_CA: ca } = config;
    const timeoutMs = seconds * 1_000;
    return {
      ...{ host, port, secure, requireTLS: requireTls },
      ...(login && { auth: { user: login.user, pass: login.password } }),
      ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs },
      tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca && { ca }) },
      ...(config.SLIPWAY_DKIM_KEY && { dkim: this.dkimOf(config.SLIPWAY_DKIM_KEY) }),
      // A template names no file and no address that would be read into the mail.
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }
}

/** Prepared: taken as they are, and not folded where a program would look for the address. */
const unsubscribeHeaders = (address: string) => ({
  'List-Unsubscribe': { prepared: true, value: `<${address}>` },
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

/** A server that goes on saying little, for ever, is in time at each step. */
async function inTime(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the mail server was too slow')), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
