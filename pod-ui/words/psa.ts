import { connections, psaConnection } from '../psa.ts'
import { words } from './words.ts'

/** The words of the PSA that is in use, e.g. `ConnectWise company`. */
export function psaWords() {
  const kind = connections.value?.find(({ id }) => id === psaConnection.value)?.kind
  return words.psa[kind === 'autotask' || kind === 'tigerpaw' ? kind : 'connectwise']
}
