import { faultsOf } from '#libs/config';
import { z } from 'zod';
import { mailServer } from './mail-server';

const setting = z.object({ SLIPWAY_SMTP: mailServer() });

describe('the address of a mail server', () => {
  it.each([
    ['smtps://mail.example', { host: 'mail.example', port: 465, secure: true, requireTls: false }],
    ['smtp://mail.example', { host: 'mail.example', port: 587, secure: false, requireTls: true }],
    ['smtp://mail.example:25?starttls=optional', { port: 25, requireTls: false }],
    ['smtp://10.0.0.5:25/', { requireTls: true }],
    ['smtp://localhost:1025', { port: 1025, requireTls: false }],
    ['smtp://127.0.0.1:1025', { requireTls: false }],
    ['smtp://[::1]:1025', { host: '::1', requireTls: false }],
    ['smtps://ada%40x:p%3Aw%25@mail.example', { login: { user: 'ada@x', password: 'p:w%' } }],
  ])('%s', (text, expected) => {
    expect(setting.parse({ SLIPWAY_SMTP: text }).SLIPWAY_SMTP).toMatchObject(expected);
  });

  it.each([
    'mail.example:25',
    'http://mail.example',
    'smtp://',
    'smtp://mail.example/path',
    'smtp://mail.example?starttls=never',
    'smtps://mail.example?starttls=optional',
    'smtp://mail.example#x',
    'smtp://ada:hidden%@mail.example',
  ])('%s is none, and is not repeated', (text) => {
    const [fault] = faultsOf(setting, { SLIPWAY_SMTP: text });
    expect(fault).toMatchObject({ setting: 'SLIPWAY_SMTP', detail: expect.stringMatching(/^must be the URL/) });
    expect(fault?.detail).not.toContain('hidden');
  });
});
