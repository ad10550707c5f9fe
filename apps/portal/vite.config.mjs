import { join } from 'node:path';
import { defineConfig } from 'vite';

const checkout = join(import.meta.dirname, '..', '..');
const gateway = process.env['SLIPWAY_GATEWAY'] ?? 'http://localhost:8080';

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    alias: [{ find: /^#libs\/(.+)$/, replacement: join(checkout, 'libs', '$1', 'src', 'index.ts') }],
    tsconfigPaths: false,
  },
  // The edge puts a fresh one in its place for every reply (libs/http/src/site.ts).
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    // What is inlined is no file: an image would need `data:`, and nothing could be kept by the browser.
    assetsInlineLimit: 0,
    // Which files an address loads: the budget of its first load is measured by it.
    manifest: 'manifest.json',
  },
  // While the site is worked on: `npx vite apps/portal` beside `npm start`.
  server: { proxy: { '/v1': { target: gateway, changeOrigin: true } } },
});
