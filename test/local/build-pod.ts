import { execFileSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Builds the pod into `dist/pod` as a deployment does, where its sources are newer than what is there: a Worker that
 * serves it just now is not disturbed without need.
 */
export function buildPod(root = resolve(import.meta.dirname, '../..')): void {
  const sources = ['pod-ui/**/*', 'vite.config.ts', 'package-lock.json']
  const newest = Math.max(
    ...globSync(sources, { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs),
  )
  const built = statSync(join(root, 'dist/pod/index.html'), { throwIfNoEntry: false })
  if (built !== undefined && built.mtimeMs > newest) return
  execFileSync('vite', ['build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  })
}

if (import.meta.main) buildPod()
