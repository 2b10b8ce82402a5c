import { psaConnection, psaOf } from '../psa.ts'
import { words } from './words.ts'

/** The words of a PSA, e.g. `ConnectWise company`: of the one in use where none is named. */
export function psaWords(connection: string | null = psaConnection.value) {
  const kind = psaOf(connection)?.kind
  return words.psa[kind === 'autotask' || kind === 'tigerpaw' ? kind : 'connectwise']
}
