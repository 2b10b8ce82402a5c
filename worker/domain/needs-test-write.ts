import type { ConnectionKind } from './configuration.ts'

/** Whether nothing may be written before a test write succeeded, because what the PSA takes is not public. */
export function needsTestWrite(kind: ConnectionKind): boolean {
  return kind === 'tigerpaw'
}
