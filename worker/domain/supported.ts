import type { ConnectionKind } from './configuration.ts'

/** Whether this version can use connections of the kind; the others can be configured only. */
export function isSupported(kind: ConnectionKind): boolean {
  return kind !== 'hub'
}

/** Whether nothing may be written before a test write succeeded, because what the PSA takes is not public. */
export function needsTestWrite(kind: ConnectionKind): boolean {
  return kind === 'tigerpaw'
}
