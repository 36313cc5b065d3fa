import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vite';

// What it was built of: a test compares this with the sources at hand.
function stamp() {
  const sum = createHash('sha256');
  for (const name of readdirSync('src').sort()) sum.update(name).update('\0').update(readFileSync(`src/${name}`));
  sum.update(readFileSync('index.html'));
  return sum.digest('hex');
}

const sources = {
  name: 'sources',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'sources.txt', source: stamp() + '\n' });
  },
};

export default defineConfig({
  plugins: [svelte(), sources],
  build: {
    modulePreload: { polyfill: false },
    rollupOptions: { output: { entryFileNames: 'terminal.js', assetFileNames: 'terminal[extname]' } },
  },
});
