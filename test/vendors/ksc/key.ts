import { randomBytes } from 'node:crypto'
import { type Host, managedGroup } from './host.ts'
import { datetime, type Params } from './params.ts'

export const keyType = { commercial: 1, beta: 2, trial: 3, test: 4, oem: 5, subscription: 6 } as const
export const subscriptionState = { active: 0, paused: 1, softCancelled: 2, hardCancelled: 3 } as const
export const endDateType = { undefined: 0, unlimited: 1, limited: 2, paused: 3 } as const

type ValueOf<T> = T[keyof T]

export interface Subscription {
  state: ValueOf<typeof subscriptionState>
  endDateType: ValueOf<typeof endDateType>
  /** A day or an instant. */
  endDate?: string | undefined
}

export interface KeyData {
  readonly serial: string
  /** Licence name: application, edition, node range and term in one text. */
  product: string
  type: ValueOf<typeof keyType>
  /** Last day, or an instant; absent where the key has no end of its own. */
  limitDate?: string | undefined
  subscription?: Subscription | undefined
  appId?: number | undefined
  suiteId?: number | undefined
  /** How many licences it holds. */
  count?: number | undefined
  /** False where devices report the key though the server's storage does not have it. */
  installed: boolean
}

/** A product on a host that holds a key. */
export interface KeyUse {
  host: Host
  /** False where the key waits in reserve. */
  active: boolean
  /** True while the subscription is not activated yet. */
  pending: boolean
  product: string
  version: string
  /** The host's own idea of the end, as old as the use; null where it has none. */
  expires: string | null
}

export interface Key extends KeyData {
  /** Each host's uses, by host id. */
  readonly uses: Map<string, KeyUse[]>
  /** Says who uses the key now; the same host and product again replaces what was said before. */
  use(hosts: Host | Host[], how?: Partial<Omit<KeyUse, 'host'>>): void
  /** Takes the key off the hosts, whichever product held it. */
  release(hosts: Host | Host[]): void
}

export type NewKey = Pick<KeyData, 'product' | 'type'> & Partial<KeyData>

export function createKey(given: NewKey): Key {
  const uses = new Map<string, KeyUse[]>()
  const key: Key = {
    installed: true,
    ...given,
    serial: given.serial ?? newSerial(),
    uses,
    use(hosts, how = {}) {
      for (const host of [hosts].flat()) {
        const use: KeyUse = {
          active: true,
          pending: false,
          product: 'KES',
          version: '12.0.0.0',
          expires: key.limitDate ?? null,
          ...how,
          host,
        }
        const others = (uses.get(host.id) ?? []).filter((other) => other.product !== use.product)
        uses.set(host.id, [...others, use])
      }
    },
    release(hosts) {
      for (const host of [hosts].flat()) uses.delete(host.id)
    },
  }
  return key
}

export function keyAttributes(key: Key): Params {
  const all = [...key.uses.values()].flat()
  const active = all.filter((use) => use.active).length
  const isSubscription = key.type === keyType.subscription || key.subscription !== undefined
  return {
    KLLIC_SERIAL: key.serial,
    KLLIC_PROD_NAME: key.product,
    KLLIC_PROD_SUITE_ID: key.suiteId,
    KLLIC_APP_ID: key.appId,
    KLLIC_KEY_TYPE: key.type,
    KLLIC_LICTYPE_IS_SUBSCRIPTION: isSubscription,
    KLLIC_LIMIT_DATE: datetime(key.limitDate),
    KLLIC_LIC_COUNT: key.count,
    KLLIC_NHOSTS_ASCURRENT: active,
    KLLIC_NHOSTS_ASNEXT: all.length - active,
    KLLICSRV_KEY_INSTALLED: key.installed,
    KLLIC_SUBSCRINFO_STATE: key.subscription?.state,
    KLLIC_SUBSCRINFO_ENDDATETYPE: key.subscription?.endDateType,
    KLLIC_SUBSCRINFO_ENDDATE: datetime(key.subscription?.endDate),
  }
}

export function useAttributes(use: KeyUse): Params {
  return {
    KLLICSRV_HOSTNAME: use.host.id,
    KLLICSRV_HOSTDN: use.host.name,
    KLLICSRV_HOST_GRPID: managedGroup.id,
    KLLICSRV_HOST_GRPNAME: managedGroup.name,
    KLLICSRV_HOST_CURRENT: use.active,
    KLLICSRV_EXPIRATION_TIME: datetime(use.expires ?? undefined),
    KLLICSRV_PRODUCT: use.product,
    KLLICSRV_VERSION: use.version,
    KLLIC_LIC_IS_PENDING_SUBSCRIPTION: use.pending,
  }
}

function newSerial(): string {
  const hex = randomBytes(9).toString('hex').toUpperCase()
  return `${hex.slice(0, 4)}-${hex.slice(4, 10)}-${hex.slice(10)}`
}
