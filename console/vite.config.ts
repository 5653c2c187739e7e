import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The node serves dist/ under the policy `default-src 'self'`: nothing inline, no data: URL, so small fonts
// and images stay files. Relative paths let a reverse proxy put the console anywhere.
export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: {
    proxy: {
      '/api': { target: process.env['SKYPACT_NODE'] ?? 'http://127.0.0.1:8600', ws: true },
    },
  },
  test: { include: ['test/*.test.ts'] },
} as import('vite').UserConfig);
