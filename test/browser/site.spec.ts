import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Api, sharedSystem } from '#libs/testing';
import { checkout, textOf } from '../support/checkout';
import { keepFigure } from '../support/figures';

const { gatewayUrl } = sharedSystem();
const run = promisify(execFile);
const built = join(checkout, 'dist', 'sites', 'portal');

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}
const manifest = JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
const pages = JSON.parse(textOf('apps', 'portal', 'pages.json')) as Record<string, string>;

/** A chunk and all that it loads at once. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const other of manifest[name]?.imports ?? []) withImports(other, found);
  return found;
}

const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? '';
const screens = Object.keys(manifest).filter((name) => name.endsWith('.screen.tsx'));
const kilobyte = 1_000;
const budgetKilobytes = 180;

describe('the portal as it is served', () => {
  const sizes: number[] = [];
  afterAll(() => keepFigure(`portal, first load at most: ${Math.max(...sizes).toFixed(0)} kB of JavaScript (gzip)`));

  it.each(screens)('%s is there with no more than 180 kB of compressed JavaScript', (screen) => {
    const files = [...withImports(screen, withImports(entry))].map((name) => manifest[name]?.file ?? '');
    const scripts = files.filter((file) => file.endsWith('.js'));
    const bytes = scripts.map((file) => readFileSync(join(built, `${file}.gz`)).length);
    const kilobytes = bytes.reduce((sum, size) => sum + size, 0) / kilobyte;
    sizes.push(kilobytes);
    expect(scripts.length).toBeGreaterThan(0);
    expect(kilobytes).toBeLessThanOrEqual(budgetKilobytes);
  });

  it('has no page where the API has an address', async () => {
    const { body } = await new Api(gatewayUrl).get('/v1/openapi.json');
    const paths = Object.keys((body as { paths: object }).paths);
    const shadowed = Object.values(pages).flatMap((page) => {
      const pattern = new RegExp(`^${page.replace(':environment', '(sandbox|production)').replace(/:\w+/g, '[^/]+')}$`);
      return paths.filter((path) => pattern.test(path)).map((path) => `${page} ${path}`);
    });
    expect(paths).toContain('/sandbox/whoami');
    expect(shadowed).toEqual([]);
  });

  it.each(['/sandbox/oauth2/tokn', '/production/api/none', '/v1/none', '/sandbox/none'])(
    'leaves %s to the API, whoever asks for it',
    async (path) => {
      const reply = await fetch(gatewayUrl + path, { headers: { accept: 'text/html' } });
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.headers.get('content-type')).toContain('json');
    },
  );

  it('is given anew each time, with its nonce, and may not be framed', async () => {
    const [one, other] = await Promise.all([fetch(gatewayUrl), fetch(`${gatewayUrl}/sandbox/settings`)]);
    const policies = [one, other].map(({ headers }) => headers.get('content-security-policy') ?? '');
    for (const policy of policies) {
      expect(policy).toMatch(/style-src 'self' 'nonce-[A-Za-z0-9+/=]{20,}'/);
      expect(policy).toContain("default-src 'none'; script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
    }
    expect(policies[0]).not.toBe(policies[1]);
    expect(one.headers.get('cache-control')).toBe('no-store');
    expect(await one.text()).not.toContain('__CSP_NONCE__');
  });

  it('knows the API as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-api-client-'));
    const generated = join(folder, 'gateway.generated.ts');
    await run(process.execPath, [join('libs', 'api-client', 'generate.mjs'), gatewayUrl, generated], { cwd: checkout });
    // Too long to be shown: `npm run api-client` beside `npm start`, then look at the difference.
    const isTheSame = readFileSync(generated, 'utf8') === textOf('libs', 'api-client', 'src', 'gateway.generated.ts');
    rmSync(folder, { recursive: true });
    expect(isTheSame).toBe(true);
  });
});
