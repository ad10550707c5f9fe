/** What a program needs to get a token. */
export interface Credentials {
  applicationId: string;
  applicationSecret: string;
  domain: string;
  tokenUrl: string;
}

export const sampleNames = ['env', 'curl', 'node', 'python'] as const;
export type SampleName = (typeof sampleNames)[number];

/** The same in every environment but for what stands in it: going live changes only credentials and base address (B29). */
const baseOf = ({ tokenUrl }: Credentials): string => tokenUrl.replace(/\/oauth2\/token$/, '');

const samples: Record<SampleName, (of: Credentials) => string> = {
  env: (of) =>
    `SLIPWAY_BASE_URL=${baseOf(of)}
SLIPWAY_APPLICATION_ID=${of.applicationId}
SLIPWAY_APPLICATION_SECRET=${of.applicationSecret}
SLIPWAY_DOMAIN=${of.domain}
`,
  curl: (of) =>
    `TOKEN=$(curl -s --user '${of.applicationId}:${of.applicationSecret}' \\
  --data grant_type=client_credentials ${of.tokenUrl} \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -s --header "Authorization: Bearer $TOKEN" ${baseOf(of)}/whoami
`,
  node: (of) =>
    `const base = '${baseOf(of)}';
const credentials = '${of.applicationId}:${of.applicationSecret}';

const issued = await fetch(\`\${base}/oauth2/token\`, {
  method: 'POST',
  headers: { authorization: \`Basic \${Buffer.from(credentials).toString('base64')}\` },
  body: new URLSearchParams({ grant_type: 'client_credentials' }),
});
const { access_token: token } = await issued.json();

const reply = await fetch(\`\${base}/whoami\`, { headers: { authorization: \`Bearer \${token}\` } });
console.log(reply.status, await reply.json());
`,
  python: (of) =>
    `from base64 import b64encode
from json import load
from urllib.request import Request, urlopen

base = '${baseOf(of)}'
credentials = '${of.applicationId}:${of.applicationSecret}'

basic = {'Authorization': 'Basic ' + b64encode(credentials.encode()).decode()}
token = load(urlopen(Request(base + '/oauth2/token', b'grant_type=client_credentials', basic)))['access_token']

with urlopen(Request(base + '/whoami', headers={'Authorization': 'Bearer ' + token})) as reply:
    print(reply.status, load(reply))
`,
};

export const sampleOf = (name: SampleName, of: Credentials): string => samples[name](of);
