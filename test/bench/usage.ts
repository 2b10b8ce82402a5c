import type { KscAccount } from '../vendors/ksc/account.ts'
import { devices } from '../vendors/ksc/devices.ts'
import type { Key } from '../vendors/ksc/key.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'

export const companies = 1_000
/** One line changed at every tenth company. */
export const changedEvery = 10
export const latencyMs = 50

export const applications = [
  { key: 'kes-business-advanced', licence: 'Kaspersky Endpoint Security for Business Advanced' },
  { key: 'edr-optimum', licence: 'Kaspersky Endpoint Detection and Response Optimum' },
]

export interface Usage {
  servers: VirtualServer[]
  /** One more device for one application at every tenth customer. */
  grow(): void
}

/** 1,000 customers on the Kaspersky side, each with both applications. */
export function usageOf(center: KscAccount): Usage {
  const first: { server: VirtualServer; key: Key }[] = []
  const servers = Array.from({ length: companies }, (_, index) => {
    const server = center.addServer({ name: `Customer ${index}` })
    const hosts = server.addHosts(devicesOf(index) + 1, devices.workstation)
    const keys = applications.map(({ licence }) =>
      server.addKey({ product: licence, type: 1, limitDate: '2099-12-31' }),
    )
    for (const [position, key] of keys.entries()) key.use(hosts.slice(0, devicesOf(index) + position))
    const [key] = keys
    if (key !== undefined && index % changedEvery === 0) first.push({ server, key })
    return server
  })
  return {
    servers,
    grow: () => {
      for (const { server, key } of first) key.use(server.addHost(devices.workstation))
    },
  }
}

/** A customer on the side of a PSA. */
export interface Customer {
  companyId: number
  agreementId: number
  /** What each of the two products should bill. */
  wanted: Map<number, number>
}

/**
 * What both programs have to bring about: 1,000 customers with a line for each of two products, one of which still
 * bills nothing at every tenth.
 */
export function customersOf(
  products: number[],
  open: (
    index: number,
    lines: [product: number, quantity: number][],
  ) => { companyId: number; agreementId: number },
): Customer[] {
  return Array.from({ length: companies }, (_, index) => {
    const wanted = new Map(products.map((product, position) => [product, devicesOf(index) + position]))
    const isNew = (product: number) => index % changedEvery === 0 && product === products[0]
    const lines = [...wanted].map(([product, quantity]): [number, number] => [
      product,
      isNew(product) ? 0 : quantity,
    ])
    return { ...open(index, lines), wanted }
  })
}

/** What `grow` means for the bill. */
export function grown(customers: Customer[]): Customer[] {
  return customers.map((customer, index) => {
    if (index % changedEvery !== 0) return customer
    const [first] = customer.wanted.keys()
    const wanted = new Map(customer.wanted)
    if (first !== undefined) wanted.set(first, (wanted.get(first) ?? 0) + 1)
    return { ...customer, wanted }
  })
}

function devicesOf(index: number): number {
  return 5 + (index % 40)
}
