import type { Traffic } from '../vendors/traffic.ts'

/** Calls so far as `METHOD path`, in order. */
export function callsOf({ calls }: Traffic): string[] {
  return calls.map(({ method, path }) => `${method} ${path}`)
}
