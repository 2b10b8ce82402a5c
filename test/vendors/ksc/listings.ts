import { randomUUID } from 'node:crypto'
import type { Params } from './params.ts'
import { badArgument, notFound } from './pxg-error.ts'
import type { VirtualServer } from './virtual-server.ts'

/** A result set as it was when it was opened, waiting to be read. */
export interface Listing {
  readonly id: string
  readonly server: VirtualServer
  /** How many rows were promised. */
  readonly announced: number
  /** What can be read; fewer than announced where rows are withheld. */
  readonly rows: Params[]
  /** Where a forward-only reader stands. */
  position: number
  readonly expiresAtMs: number
}

export interface Listings {
  /** @param lifeSeconds how long it can be read, also after its session has ended */
  open(server: VirtualServer, rows: Params[], lifeSeconds: number, withheld: number): Listing
  /** @throws PxgError where it was released, has expired, or belongs to another server */
  find(id: string, server: VirtualServer): Listing
  /** Drops it; nothing happens where it is not open. */
  drop(id: string): void
  /** How many are open and not expired. */
  readonly count: number
}

/** @param kind how errors call one, e.g. `Iterator` */
export function createListings(kind: string, maxLifeSeconds: number, nowMs: () => number): Listings {
  const listings = new Map<string, Listing>()

  function dropExpired(): void {
    const now = nowMs()
    for (const [id, { expiresAtMs }] of listings) if (expiresAtMs <= now) listings.delete(id)
  }

  return {
    open(server, rows, lifeSeconds, withheld) {
      if (lifeSeconds > maxLifeSeconds) throw badArgument(`a life of at most ${maxLifeSeconds} seconds`)
      const listing: Listing = {
        id: randomUUID(),
        server,
        announced: rows.length,
        rows: withheld > 0 ? rows.slice(0, -withheld) : rows,
        position: 0,
        expiresAtMs: nowMs() + lifeSeconds * 1000,
      }
      listings.set(listing.id, listing)
      return listing
    },
    find(id, server) {
      dropExpired()
      const listing = listings.get(id)
      if (!listing || listing.server !== server) throw notFound(kind, id)
      return listing
    },
    drop(id) {
      listings.delete(id)
    },
    get count() {
      dropExpired()
      return listings.size
    },
  }
}
