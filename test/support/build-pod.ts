import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Builds the pod into `dist/pod`, as a deployment does. */
export default async function buildPod(): Promise<void> {
  await promisify(execFile)('vite', ['build', '--logLevel', 'warn'])
}
