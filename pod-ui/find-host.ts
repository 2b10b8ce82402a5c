import { connectWiseHost } from './connectwise-host.ts'
import type { Host } from './host.ts'

/** Why the pod must not talk to the page around it. */
export type HostProblem = { problem: 'foreign_host'; origin: string } | { problem: 'no_hosts' }

/** Finds out who frames us. `allowed` are the only origins that the pod ever talks to. */
export function findHost(allowed: string[]): Host | HostProblem {
  if (window.parent === window) return ownPage()
  if (allowed.length === 0) return { problem: 'no_hosts' }
  const origin = parentOrigin()
  if (origin !== null && !allowed.includes(origin)) return { problem: 'foreign_host', origin }
  return connectWiseHost(origin === null ? allowed : [origin])
}

/** The origins that the Worker wrote into the page. */
export function allowedHosts(): string[] {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="tallypod-hosts"]')
  return (meta?.content ?? '').split(' ').filter((origin) => origin !== '')
}

/** Null where the browser does not tell; then only a message from the parent shows where it comes from. */
function parentOrigin(): string | null {
  const [nearest] = location.ancestorOrigins ?? []
  if (nearest !== undefined) return nearest
  return document.referrer === '' ? null : new URL(document.referrer).origin
}

function ownPage(): Host {
  let dirty = false
  window.addEventListener('beforeunload', (event) => {
    if (dirty) event.preventDefault()
  })
  return {
    kind: 'page',
    memberProof: null,
    onRecord: (show) => show(null),
    onSave: () => {},
    setDirty: (isDirty) => {
      dirty = isDirty
    },
    openRecord: null,
  }
}
