import type { ConnectionKind } from './configuration.ts'

/** Whether this version can use connections of the kind; the others can be configured only. */
export function isSupported(kind: ConnectionKind): boolean {
  return kind === 'ksc' || kind === 'connectwise'
}
