import type { TemplateSources } from './templates';

/** A button would need images or styles that mail programs drop: a link in a line of its own works in all of them. */
const page = (body: string) => `<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;background:#ffffff">
<p>Hello {{person.displayName}},</p>
${body}
<p style="color:#595959;font-size:14px">You get this as {{person.username}}@{{person.domain}} ({{environment}}).</p>
</body>
</html>
`;

const footer = '\nYou get this as {{person.username}}@{{person.domain}} ({{environment}}).\n';

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
};
