/** What a mail server, or the way to it, has made of an attempt; as nodemailer puts it. */
export interface MailFault {
  message: string;
  /** Of the reply that refused it; none where there was no reply. */
  responseCode?: number;
  /** What it was the reply to: `RCPT TO`, `DATA`, `MAIL FROM`, `AUTH PLAIN`, `CONN`. */
  command?: string;
  code?: string;
}

/** What is refused here is the address or the mail. Before, it is us: a wrong password must not cost a single mail. */
const ofTheMail = ['RCPT TO', 'DATA'];

const isForGood = (responseCode: number): boolean => responseCode >= 500 && responseCode < 600;

/** Refused for good, so that trying again is of no use (RFC 5321, 4.2.1). */
export function isBounce({ responseCode, command = '', code }: MailFault): boolean {
  if (responseCode === undefined) return code === 'EENVELOPE';
  return isForGood(responseCode) && ofTheMail.includes(command);
}

const reasonMax = 500;

/** For staff to read, in one line. */
export const reasonOf = ({ message }: MailFault): string =>
  message
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, reasonMax);
