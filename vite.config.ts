import { defineConfig } from 'vite'

/** The pod, into `dist/pod`; the Worker serves it. */
export default defineConfig({
  root: 'pod-ui',
  build: {
    outDir: '../dist/pod',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // Everything else is asked for only once this is there, so it comes in one file.
        codeSplitting: { groups: [{ name: 'first', test: /pod-ui\/(main|format|words\/words)\.ts$/ }] },
      },
    },
  },
})
