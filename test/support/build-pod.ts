import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Builds the pod into `dist/pod`, as a deployment does. */
export default async function buildPod(): Promise<void> {
  // A test runner's own setting would make a build for debugging.
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)('vite', ['build', '--logLevel', 'warn'], { env })
}
