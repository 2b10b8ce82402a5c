import { randomUUID } from 'node:crypto'
import { createEvent, type Event, type NewEvent } from './event.ts'
import { createHost, type Host, type NewHost } from './host.ts'
import { createKey, type Key, keyAttributes, type NewKey } from './key.ts'
import { datetime, type Params, params, pick, type Value } from './params.ts'

/** A virtual server, or the main one (`id` 0); name and `enabled` are changed by assigning them. */
export interface VirtualServer {
  readonly id: number
  readonly uid: string
  /** Display name, by which sessions are opened. */
  name: string
  /** A disabled server opens no sessions, and those that are open end. */
  enabled: boolean
  createdAt: string
  readonly hosts: Map<string, Host>
  readonly keys: Map<string, Key>
  /** In the order in which they came in. */
  readonly events: Event[]
  addHost(host: NewHost): Host
  /** Hosts that are alike, named `pc-1`, `pc-2` … after the name given. */
  addHosts(count: number, like: NewHost): Host[]
  /** Forgets the host with everything it uses. */
  removeHost(host: Host): void
  addKey(key: NewKey): Key
  removeKey(key: Key): void
  addEvent(event: NewEvent): Event
}

export interface NewServer {
  name: string
  id?: number
  uid?: string
  enabled?: boolean
  createdAt?: string
}

/** @param nextEventId of all servers of the account */
export function createVirtualServer(
  given: NewServer & { id: number },
  nextEventId: () => number,
): VirtualServer {
  const hosts = new Map<string, Host>()
  const keys = new Map<string, Key>()
  const events: Event[] = []
  const addHost = (host: NewHost) => addNew(hosts, createHost(host), (added) => added.id)
  return {
    id: given.id,
    uid: given.uid ?? `VS-${randomUUID()}`,
    name: given.name,
    enabled: given.enabled ?? true,
    createdAt: given.createdAt ?? '2024-02-01T09:00:00Z',
    hosts,
    keys,
    events,
    addHost,
    addHosts: (count, like) =>
      Array.from({ length: count }, (_, index) => addHost({ ...like, name: `${like.name}-${index + 1}` })),
    removeHost(host) {
      hosts.delete(host.id)
      for (const key of keys.values()) key.release(host)
    },
    addKey: (key) => addNew(keys, createKey(key), (added) => added.serial),
    removeKey: (key) => void keys.delete(key.serial),
    addEvent(event) {
      const added = createEvent(event, nextEventId())
      events.push(added)
      return added
    },
  }
}

function addNew<T>(map: Map<string, T>, item: T, idOf: (item: T) => string): T {
  const id = idOf(item)
  if (map.has(id)) throw new Error(`there is already one with the id ${id}`)
  map.set(id, item)
  return item
}

export function serverAttributes(server: VirtualServer): Params {
  return {
    KLVSRV_ID: server.id,
    KLVSRV_UID: server.uid,
    KLVSRV_DN: server.name,
    KLVSRV_GRP: 0,
    KLVSRV_ENABLED: server.enabled,
    KLVSRV_LIC_ENABLED: true,
    KLVSRV_CREATED: datetime(server.createdAt),
  }
}

/** What `VServers2.GetVServerStatistic` tells. */
export function serverStatistic(server: VirtualServer): Params {
  const licences = [...server.keys.values()].map((key) =>
    params(
      pick(keyAttributes(key), ['KLLIC_SERIAL', 'KLLIC_PROD_NAME', 'KLLIC_KEY_TYPE', 'KLLIC_LIMIT_DATE']),
    ),
  )
  return {
    KLVSRV_HOSTS: [...server.hosts.values()].filter((host) => host.record).length,
    KLVSRV_CREATED: datetime(server.createdAt),
    KLVSRV_LICENSES: licences,
    KLVSRV_PRODUCTS: params(installedProducts(server)),
  }
}

/** How many hosts have each product, by product and version. */
function installedProducts(server: VirtualServer): Params {
  const hostIds = new Map<string, Map<string, Set<string>>>()
  for (const key of server.keys.values()) {
    for (const { product, version, host } of [...key.uses.values()].flat()) {
      const versions = hostIds.get(product) ?? new Map<string, Set<string>>()
      hostIds.set(product, versions.set(version, (versions.get(version) ?? new Set()).add(host.id)))
    }
  }
  const byName = <T>(map: Map<string, T>, value: (of: T) => Value): Params =>
    Object.fromEntries([...map].map(([name, of]) => [name, value(of)]))
  return byName(hostIds, (versions) =>
    params(byName(versions, (ids) => params({ KLVSRV_PROD_CNT: ids.size }))),
  )
}
