/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

declare const process: { env: Record<string, string | undefined> };

// PRORATA_SERVER is where `npm run dev` finds the API; a served sandbox prints its address.
const server = process.env.PRORATA_SERVER ?? 'https://127.0.0.1:8443';

export default defineConfig({
  plugins: [react()],
  // Messages are parsed when they are compiled (tools/words.mjs), so no parser goes to the browser.
  resolve: {
    alias: process.env.VITEST
      ? []
      : [{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: '@formatjs/icu-messageformat-parser/no-parser.js' }],
  },
  // The server replaces this word by a fresh nonce in every answer.
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': { target: server, secure: false } } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'tools/**/*.test.mjs'],
    setupFiles: ['src/test/setup.ts'],
    testTimeout: 60000,
    hookTimeout: 60000,
  },
});
