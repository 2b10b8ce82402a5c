import { defineConfig, type Plugin } from 'vite'

/** The pod, into `dist/pod`; the Worker serves it. */
export default defineConfig({
  root: 'pod-ui',
  plugins: [nothingBeforehand()],
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

/**
 * Puts a plain `import()` in the place of Vite's own, which loads beforehand what the wanted file needs: ours need
 * nothing that is not there already.
 */
function nothingBeforehand(): Plugin {
  return {
    name: 'nothing-beforehand',
    enforce: 'pre',
    load: {
      filter: { id: /^\0vite\/preload-helper\.js$/ },
      handler: () => 'export const __vitePreload = (load) => load()',
    },
  }
}
