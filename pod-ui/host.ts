import { connectWiseHost } from './connectwise-host.ts'

/** What a PSA hands out about the member in front of it. Never kept, never logged. */
export interface MemberProof {
  companyid: string
  memberid: string
  memberHash: string
  memberContext: string
  codeBase?: string
}

/** The record on whose screen the pod lies; a hint for what to show, never a proof. */
export interface HostRecord {
  /** In lower case, e.g. `company`. */
  screen: string
  id: string
}

/** The page around the pod. */
export interface Host {
  kind: 'connectwise' | 'page'
  /** Null on pages of our own, which prove nobody. */
  memberProof: (() => Promise<MemberProof>) | null
  /** Calls `show` with the record that the screen shows, at once and whenever it changes; null where it shows none. */
  onRecord(show: (record: HostRecord | null) => void): void
  /** Calls `save` when people press Save on the screen around us; the texts that it answers stop that save. */
  onSave(save: () => Promise<string[]>): void
  /** Whether the page around us has to ask before it goes away. */
  setDirty(dirty: boolean): void
  /** Null where the page around us has no records to open. */
  openRecord: ((record: HostRecord) => void) | null
}

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
