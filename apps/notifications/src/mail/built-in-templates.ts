import type { TemplateSources } from './templates';

/** A button would need images or styles that mail programs drop: a link in a line of its own works in all of them. */
const page = (body: string) => `<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;background:#ffffff">
<p>Hello {{person.displayName}},</p>
${body}
<p style="color:#595959;font-size:14px">You get this as {{person.username}}@{{person.domain}} ({{environment}}).{{#if unsubscribe}}
<a href="{{unsubscribe}}">No more mails of this kind</a>{{/if}}</p>
</body>
</html>
`;

const footer =
  '\nYou get this as {{person.username}}@{{person.domain}} ({{environment}}).\n{{#if unsubscribe}}No more mails of this kind: {{unsubscribe}}\n{{/if}}';

/** What Slipway brings along, in English. Whatever has no template of its own is an outcome. */
export const builtInTemplates: TemplateSources = {
  'en/outcome': {
    subject: '{{title}}',
    text: `Hello {{person.displayName}},

{{text}}

{{link}}
${footer}`,
    html: page(`<p style="white-space:pre-line">{{text}}</p>
<p><a href="{{link}}">{{link}}</a></p>`),
  },
  'en/staff': {
    subject: '{{title}}',
    text: `Hello {{person.displayName}},

{{text}}

{{link}}

You get this as {{person.username}}, of the staff.
`,
    html: `<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;background:#ffffff">
<p>Hello {{person.displayName}},</p>
<p style="white-space:pre-line">{{text}}</p>
<p><a href="{{link}}">{{link}}</a></p>
<p style="color:#595959;font-size:14px">You get this as {{person.username}}, of the staff.</p>
</body>
</html>
`,
  },
  'en/password-reset-requested': {
    subject: 'Set a new password',
    text: `Hello {{person.displayName}},

somebody, probably you, has said that the password of {{person.username}}@{{person.domain}} was forgotten. Set a new one here, once,
until {{expiresAt}}:

{{link}}

If it was not you, do nothing: your password stays as it is.
${footer}`,
    html: page(`<p>somebody, probably you, has said that the password of {{person.username}}@{{person.domain}} was forgotten. Set a new one
here, once, until {{expiresAt}}:</p>
<p><a href="{{link}}">{{link}}</a></p>
<p>If it was not you, do nothing: your password stays as it is.</p>`),
  },
  'en/person-invited': {
    subject: 'You are invited to {{person.domain}}',
    text: `Hello {{person.displayName}},

{{event.by.displayName}} has added you to the account {{person.domain}}. Set your password here, once, until {{expiresAt}}:

{{link}}

Then sign in as {{person.username}}@{{person.domain}}.
${footer}`,
    html: page(`<p>{{event.by.displayName}} has added you to the account {{person.domain}}. Set your password here, once, until
{{expiresAt}}:</p>
<p><a href="{{link}}">{{link}}</a></p>
<p>Then sign in as {{person.username}}@{{person.domain}}.</p>`),
  },
  'en/email-verification-requested': {
    subject: 'Confirm your e-mail address',
    text: `Hello {{person.displayName}},

confirm here, until {{expiresAt}}, that mail to this address reaches you:

{{link}}

If you do not know {{person.domain}}, do nothing.
${footer}`,
    html: page(`<p>confirm here, until {{expiresAt}}, that mail to this address reaches you:</p>
<p><a href="{{link}}">{{link}}</a></p>
<p>If you do not know {{person.domain}}, do nothing.</p>`),
  },
};
