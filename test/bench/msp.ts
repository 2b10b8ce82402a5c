import type { Account } from '../vendors/connectwise/account.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import type { Key } from '../vendors/ksc/key.ts'
import { devices } from '../vendors/ksc/devices.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'

export const companies = 1_000
/** One line changed at every tenth company. */
export const changedEvery = 10
export const latencyMs = 50

const applications = [
  { key: 'kes-business-advanced', licence: 'Kaspersky Endpoint Security for Business Advanced' },
  { key: 'edr-optimum', licence: 'Kaspersky Endpoint Detection and Response Optimum' },
]

export interface Customer {
  companyId: number
  agreementId: number
  /** What each of the two products should bill. */
  wanted: Map<number, number>
}

/** What both programs have to bring about: 1,000 customers with an addition for each of two products. */
export function customersOf(account: Account): Customer[] {
  const products = applications.map(({ key }) =>
    Number(account.addProduct({ identifier: key, price: 3.5 }).id),
  )
  return Array.from({ length: companies }, (_, index) => {
    const company = account.addCompany({ name: `Customer ${index}` })
    const agreement = account.addAgreement({ company, name: 'Managed security' })
    const wanted = new Map(products.map((product, position) => [product, devicesOf(index) + position]))
    for (const [product, quantity] of wanted) {
      const isNew = index % changedEvery === 0 && product === products[0]
      account.addAddition({ agreement, product, quantity: isNew ? 0 : quantity })
    }
    return { companyId: Number(company.id), agreementId: Number(agreement.id), wanted }
  })
}

export interface Usage {
  servers: VirtualServer[]
  /** One more device for one application at every tenth customer. */
  grow(): void
}

/** The same customers on the Kaspersky side. */
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

export function configurationOf(
  center: KscAccount,
  account: Account,
  usage: Usage,
  customers: Customer[],
): unknown {
  const products = [...(customers[0]?.wanted.keys() ?? [])]
  return {
    version: 1,
    settings: { timeZone: 'UTC', dailyRunAt: '00:00', approval: 'automatic' },
    connections: [
      {
        id: 'ksc',
        kind: 'ksc',
        name: 'Security Center',
        baseUrl: center.baseUrl,
        credentials: { user: center.user, password: center.password },
      },
      {
        id: 'cw',
        kind: 'connectwise',
        name: 'ConnectWise',
        baseUrl: account.baseUrl,
        credentials: {
          companyId: account.companyId,
          publicKey: account.publicKey,
          privateKey: account.privateKey,
          clientId: account.clientId,
        },
      },
    ],
    companies: customers.map((customer, index) => ({
      tenant: { connection: 'ksc', id: usage.servers[index]?.uid },
      company: { connection: 'cw', id: String(customer.companyId) },
      billing: true,
      agreementId: String(customer.agreementId),
    })),
    products: [
      {
        connection: 'cw',
        billByCategory: false,
        map: applications.map(({ key }, position) => ({
          application: key,
          all: String(products[position]),
        })),
      },
    ],
  }
}

function devicesOf(index: number): number {
  return 5 + (index % 40)
}
