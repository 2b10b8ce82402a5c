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
  },
})
