import type { Account } from '../vendors/connectwise/account.ts'
import type { Row } from '../vendors/connectwise/row.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import { devices } from '../vendors/ksc/devices.ts'
import type { NewHost } from '../vendors/ksc/host.ts'
import { endDateType, type Key, keyType, subscriptionState } from '../vendors/ksc/key.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'

const advanced = 'Kaspersky Endpoint Security for Business Advanced'
const select = 'Kaspersky Endpoint Security for Business Select'
const edr = 'Kaspersky Endpoint Detection and Response Optimum'
const mail = 'Kaspersky Security for Mail Server'

/** One customer of the demo, on both sides. */
export interface Customer {
  name: string
  server: VirtualServer
  key: Key
  agreement: Row
  /** Null where nobody mapped it yet. */
  company: Row | null
  billing: boolean
}

export interface DemoMsp {
  center: KscAccount
  psa: Account
  customers: Customer[]
  products: { workstations: Row; servers: Row; other: Row; select: Row }
}

interface Plan {
  name: string
  devices: [NewHost, number][]
  licence?: string
  mapped?: boolean
  billing?: boolean
  agreement?: { endDate?: string; cancelled?: boolean }
}

const plans: Plan[] = [
  {
    name: 'Acme',
    devices: [
      [devices.workstation, 90],
      [devices.server, 10],
    ],
  },
  {
    name: 'Alpine Sports',
    devices: [
      [devices.workstation, 42],
      [devices.server, 3],
    ],
  },
  {
    name: 'Baker & Sons',
    devices: [
      [devices.workstation, 12],
      [devices.linux, 4],
    ],
  },
  {
    name: 'Blue Harbour Hotel',
    devices: [
      [devices.workstation, 64],
      [devices.server, 5],
      [devices.mac, 9],
    ],
  },
  {
    name: 'Cedar Clinic',
    devices: [
      [devices.workstation, 88],
      [devices.domainController, 2],
      [devices.server, 6],
    ],
  },
  {
    name: 'Dorner Architects',
    devices: [
      [devices.mac, 23],
      [devices.workstation, 4],
    ],
  },
  {
    name: 'Elm Street School',
    devices: [
      [devices.workstation, 210],
      [devices.server, 8],
    ],
  },
  {
    name: 'Fischer Logistics',
    devices: [
      [devices.workstation, 75],
      [devices.android, 31],
    ],
  },
  {
    name: 'Gartner Tools',
    devices: [
      [devices.workstation, 55],
      [devices.server, 4],
    ],
  },
  { name: 'Harbour Freight', devices: [[devices.workstation, 38]] },
  {
    name: 'Iris Optics',
    devices: [
      [devices.workstation, 17],
      [devices.namelessServer, 1],
    ],
  },
  { name: 'Jansen Bakery', devices: [[devices.workstation, 9]] },
  {
    name: 'Kline Insurance',
    devices: [
      [devices.workstation, 61],
      [devices.server, 3],
    ],
  },
  {
    name: 'Lindner Metal',
    devices: [
      [devices.workstation, 47],
      [devices.withoutRecord, 3],
    ],
  },
  { name: 'Moss Garden Centre', devices: [[devices.workstation, 14]] },
  {
    name: 'North Pier Marina',
    devices: [
      [devices.workstation, 22],
      [devices.linux, 2],
    ],
  },
  {
    name: 'Otto Print',
    devices: [
      [devices.workstation, 33],
      [devices.mac, 12],
    ],
  },
  { name: 'Pine Valley Dental', devices: [[devices.workstation, 18]] },
  { name: 'Quarry Stone', devices: [[devices.workstation, 27]], agreement: { endDate: '2025-12-31' } },
  {
    name: 'Riverside Council',
    devices: [
      [devices.workstation, 140],
      [devices.server, 12],
    ],
  },
  { name: 'Summit Legal', devices: [[devices.workstation, 36]], licence: select },
  { name: 'Tilly Toys', devices: [[devices.workstation, 21]], billing: false },
  {
    name: 'Union Brewery',
    devices: [
      [devices.workstation, 29],
      [devices.server, 2],
    ],
    mapped: false,
  },
  { name: 'Velvet Theatre', devices: [[devices.workstation, 16]], licence: select },
  { name: 'Winter Ski School', devices: [[devices.workstation, 44]] },
]

/** An MSP of 25 customers with about 1,500 devices, in every shape that billing meets. */
export function openDemoMsp(center: KscAccount, psa: Account): DemoMsp {
  const product = (identifier: string, description: string, price: number) =>
    psa.addProduct({ identifier, description, price, productClass: 'Agreement' })
  const products = {
    workstations: product('KES-WKS', 'Endpoint protection, workstation', 3.5),
    servers: product('KES-SRV', 'Endpoint protection, server', 6.9),
    other: product('KES-OTHER', 'Endpoint protection, other device', 2.9),
    select: product('KES-SELECT', 'Endpoint protection, basic', 2.5),
  }
  const customers = plans.map((plan) => openCustomer(center, psa, plan))
  const of = (name: string) => customerOf(customers, name)

  const renewed = of('Alpine Sports')
  renewed.server
    .addKey({ product: advanced, type: keyType.commercial, limitDate: '2026-01-31' })
    .use([...renewed.server.hosts.values()].slice(0, 7))
  const trying = of('Baker & Sons').server
  trying
    .addKey({ product: edr, type: keyType.trial, limitDate: '2099-01-31' })
    .use([...trying.hosts.values()].slice(0, 5))
  const reserve = of('Blue Harbour Hotel').server
  reserve
    .addKey({ product: advanced, type: keyType.commercial, limitDate: '2099-12-31' })
    .use([...reserve.hosts.values()], { active: false })
  const twice = of('Gartner Tools').server
  twice
    .addKey({ product: advanced, type: keyType.commercial, limitDate: '2099-12-31' })
    .use([...twice.hosts.values()].slice(0, 20))
  const paused = of('Iris Optics').server
  paused
    .addKey({
      product: advanced,
      type: keyType.subscription,
      subscription: { state: subscriptionState.paused, endDateType: endDateType.paused },
    })
    .use(paused.addHosts(4, { ...devices.workstation, name: 'kiosk' }))
  const extra = of('Kline Insurance').server
  extra
    .addKey({ product: edr, type: keyType.commercial, limitDate: '2099-12-31' })
    .use([...extra.hosts.values()].slice(0, 30))
  const mailer = of('Cedar Clinic').server
  mailer
    .addKey({ product: mail, type: keyType.commercial, limitDate: '2099-12-31' })
    .use([...mailer.hosts.values()].slice(0, 1))

  psa.addAddition({
    agreement: id(of('Otto Print').agreement),
    product: id(products.workstations),
    quantity: 33,
    effectiveDate: '2026-01-01',
  })
  psa.addAddition({
    agreement: id(of('Pine Valley Dental').agreement),
    product: id(products.workstations),
    quantity: 25,
    effectiveDate: '2026-01-01',
  })
  psa.screens.members = [
    { identifier: 'tess', name: 'Tess (technician)' },
    { identifier: 'ada', name: 'Ada (administrator)' },
    { identifier: 'vic', name: 'Vic (viewer)' },
  ]
  return { center, psa, customers, products }
}

/** What happens until the next morning. */
export function passNight({ center, psa, customers, products }: DemoMsp): void {
  const of = (name: string) => customerOf(customers, name)
  const acme = of('Acme')
  for (const host of [...acme.server.hosts.values()]
    .filter(({ os }) => os === devices.workstation.os)
    .slice(0, 2)) {
    acme.server.removeHost(host)
  }
  acme.key.use(acme.server.addHosts(2, { ...devices.server, name: 'new-srv' }))

  const growing = of('Elm Street School')
  growing.key.use(growing.server.addHosts(6, { ...devices.workstation, name: 'lab' }))
  const closed = of('Moss Garden Centre')
  closed.key.release([...closed.server.hosts.values()])
  const shrunk = of('Winter Ski School')
  shrunk.key.release([...shrunk.server.hosts.values()].slice(0, 20))
  const touched = of('Harbour Freight')
  const [line] = psa.additionsOf(id(touched.agreement))
  if (line) psa.editAdditionByHand(id(touched.agreement), line.id, { quantity: 50 })
  touched.key.use(touched.server.addHosts(1, { ...devices.workstation, name: 'desk' }))
  const off = of('North Pier Marina')
  off.server.enabled = false
  const inactive = of('Velvet Theatre')
  inactive.key.use(inactive.server.addHosts(3, { ...devices.workstation, name: 'booth' }))
  psa.editByHand('product', id(products.select), { inactiveFlag: true })
  const broken = of('Riverside Council')
  broken.key.release([...broken.server.hosts.values()].slice(0, 100))
  center.faults.add({
    match: ({ method, server }) =>
      server === broken.server.uid && method === 'GroupSyncIterator.GetNextItems',
    times: Number.POSITIVE_INFINITY,
    kind: 'resetBefore',
  })
}

/** The configuration that a technician of this MSP would have entered. */
export function configurationOf(msp: DemoMsp, screenUrl: string) {
  const { center, psa, customers, products } = msp
  return {
    version: 1,
    settings: { timeZone: 'Europe/Berlin', dailyRunAt: '03:00', approval: 'automatic' },
    connections: [
      {
        id: 'ksc',
        kind: 'ksc',
        name: 'Security Center',
        baseUrl: center.baseUrl,
        credentials: { user: center.user, password: center.password, internal: true },
      },
      {
        id: 'cw',
        kind: 'connectwise',
        name: 'ConnectWise',
        baseUrl: screenUrl,
        credentials: {
          companyId: psa.companyId,
          publicKey: psa.publicKey,
          privateKey: psa.privateKey,
          clientId: psa.clientId,
        },
      },
    ],
    people: [
      { connection: 'cw', member: 'tess', role: 'technician' },
      { connection: 'cw', member: 'ada', role: 'administrator' },
    ],
    companies: customers.flatMap(({ server, company, agreement, billing }) =>
      company === null
        ? []
        : [
            {
              tenant: { connection: 'ksc', id: server.uid },
              company: { connection: 'cw', id: String(company.id) },
              billing,
              agreementId: String(agreement.id),
            },
          ],
    ),
    products: [
      {
        connection: 'cw',
        billByCategory: true,
        map: [
          {
            application: 'kes-business-advanced',
            workstation: String(products.workstations.id),
            server: String(products.servers.id),
            other: String(products.other.id),
          },
          {
            application: 'kes-business-select',
            workstation: String(products.select.id),
            server: String(products.servers.id),
            other: String(products.other.id),
          },
        ],
      },
    ],
  }
}

function openCustomer(center: KscAccount, psa: Account, plan: Plan): Customer {
  const server = center.addServer({ name: plan.name })
  const key = server.addKey({
    product: `${plan.licence ?? advanced}. European Edition. 100-149 Node 1 year Base License`,
    type: keyType.commercial,
    limitDate: '2099-12-31',
  })
  for (const [like, count] of plan.devices) key.use(server.addHosts(count, like))
  const company = psa.addCompany({ name: `${plan.name} Ltd` })
  const agreement = psa.addAgreement({
    company: id(company),
    name: 'Managed security',
    startDate: '2025-01-01',
    ...plan.agreement,
  })
  return {
    name: plan.name,
    server,
    key,
    agreement,
    company: plan.mapped === false ? null : company,
    billing: plan.billing ?? true,
  }
}

function customerOf(customers: Customer[], name: string): Customer {
  const customer = customers.find((candidate) => candidate.name === name)
  if (customer === undefined) throw new Error(`the demo has no customer ${name}`)
  return customer
}

function id(row: Row): number {
  return Number(row.id)
}
