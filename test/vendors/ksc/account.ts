import { createFaults, type Faults, type WireFailure } from '../faults.ts'
import { createListings, type Listings } from './listings.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createVirtualServer, type NewServer, type VirtualServer } from './virtual-server.ts'

export interface KscCall {
  /** Class and method, e.g. `LicenseKeys.EnumKeys`. */
  method: string
  /** `uid` of the virtual server that the session is on or is to be opened on; null for the main server. */
  server: string | null
  /** Token; null while logging on. */
  session: string | null
  /** The arguments as they came. */
  args: unknown
}

/** What only Security Center can get wrong; each is for the methods it names. */
export type KscOwnFailure =
  /** Any method: not carried out. */
  | { kind: 'pxgError'; code: number; message: string; locdata?: { format: string; args: string[] } }
  /** Any method: the session has ended just before. */
  | { kind: 'sessionLost' }
  /** A method that reads an iterator or accessor: it is gone. */
  | { kind: 'iteratorLost' }
  /** A method that opens a listing: the count is right, but the last `rows` of it never come. */
  | { kind: 'missingRows'; rows: number }
  /** `GroupSyncIterator.GetNextItems`: half of the page comes, and is called the end. */
  | { kind: 'earlyEof' }

export type KscFailure = WireFailure | KscOwnFailure

export interface NewAccount {
  user?: string
  password?: string
  /** Whether the user is one of Security Center's own rather than of Windows. */
  internal?: boolean
  version?: string
  /** How long a session lives without a call. */
  sessionIdleSeconds?: number
}

/** One Security Center, told from the others by the user who logs on. */
export interface KscAccount {
  readonly baseUrl: string
  readonly user: string
  /** What logging on needs from now on; assign it to make the old one wrong. */
  password: string
  readonly internal: boolean
  readonly version: string
  /** The main server; it has hosts and keys of its own. */
  readonly main: VirtualServer
  readonly servers: VirtualServer[]
  addServer(server: NewServer): VirtualServer
  removeServer(server: VirtualServer): void
  readonly faults: Faults<KscCall, KscFailure>
  /** Every call that came for this account, in order, refused ones too. */
  readonly calls: (KscCall & { at: string })[]
  /** How many calls were refused because their session was still answering another. */
  busyRefusals: number
  readonly sessions: Sessions
  readonly iterators: Listings
  readonly accessors: Listings
  readonly openSessions: number
  readonly openIterators: number
  readonly openAccessors: number
  /** Assign true for a server that does not understand filters of events. */
  ignoresEventFilter: boolean
  nowMs(): number
  /** Lets the account's clock run ahead, so that sessions and listings grow old. */
  passTime(seconds: number): void
}

/** The longest that a search result can be kept. @see docs/vendors/kaspersky.md, "Result sets" */
const maxAccessorSeconds = 7200

export function createAccount(baseUrl: string, given: NewAccount & { user: string }): KscAccount {
  let aheadMs = 0
  const nowMs = () => Date.now() + aheadMs
  let lastEventId = 40_000
  const nextEventId = () => ++lastEventId
  const main = createVirtualServer({ id: 0, name: '' }, nextEventId)
  const servers: VirtualServer[] = []
  let lastId = 0
  const account: KscAccount = {
    baseUrl,
    user: given.user,
    password: given.password ?? 'a password of the emulator',
    internal: given.internal ?? true,
    version: given.version ?? '14.2.0.26967',
    main,
    servers,
    addServer(server) {
      const added = createVirtualServer({ ...server, id: server.id ?? lastId + 1 }, nextEventId)
      const clash = servers.some(
        ({ id, uid, name }) => id === added.id || uid === added.uid || name === added.name,
      )
      if (clash) throw new Error(`there is already a virtual server like ${added.name}`)
      lastId = Math.max(lastId, added.id)
      servers.push(added)
      return added
    },
    removeServer(server) {
      const index = servers.indexOf(server)
      if (index >= 0) servers.splice(index, 1)
    },
    faults: createFaults<KscCall, KscFailure>(),
    calls: [],
    busyRefusals: 0,
    ignoresEventFilter: false,
    nowMs,
    sessions: createSessions({
      user: given.user,
      idleSeconds: given.sessionIdleSeconds ?? 180,
      nowMs,
      opensSessions: (server) => server === main || (server.enabled && servers.includes(server)),
    }),
    iterators: createListings('Iterator', Infinity, nowMs),
    accessors: createListings('Accessor', maxAccessorSeconds, nowMs),
    get openSessions() {
      return account.sessions.count
    },
    get openIterators() {
      return account.iterators.count
    },
    get openAccessors() {
      return account.accessors.count
    },
    passTime(seconds) {
      aheadMs += seconds * 1000
    },
  }
  return account
}
