import type { Account } from '../vendors/connectwise/account.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import { devices } from '../vendors/ksc/devices.ts'
import { endDateType, type Key, keyType, subscriptionState } from '../vendors/ksc/key.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'
import { advanced, type Plan, plans } from './customers.ts'
import { berlin } from './days.ts'
import type { DemoPsa, Named, Products } from './psa.ts'
import { connectWisePsa } from './psas/connectwise.ts'
import type { Workspace } from './workspaces.ts'

const edr = 'Kaspersky Endpoint Detection and Response Optimum'
const mail = 'Kaspersky Security for Mail Server'

/** One customer of the demo, on both sides. */
export interface Customer {
  name: string
  server: VirtualServer
  key: Key
  agreement: Named
  /** Null where nobody mapped it yet. */
  company: Named | null
  priceLevelId: string | null
  billing: boolean
}

export interface DemoMsp {
  center: KscAccount
  psa: DemoPsa
  customers: Customer[]
  products: Products
}

/** With ConnectWise as its PSA. */
export function openDemoMsp(center: KscAccount, account: Account): DemoMsp {
  return openMsp(center, connectWisePsa(account))
}

/** An MSP of 25 customers with about 1,500 devices, in every shape that billing meets. */
export function openMsp(center: KscAccount, psa: DemoPsa): DemoMsp {
  const product = (identifier: string, description: string, price: number) =>
    psa.addProduct({ identifier, description, price })
  const products = {
    workstations: product('KES-WKS', 'Endpoint protection, workstation', 3.5),
    servers: product('KES-SRV', 'Endpoint protection, server', 6.9),
    other: product('KES-OTHER', 'Endpoint protection, other device', 2.9),
    select: product('KES-SELECT', 'Endpoint protection, basic', 2.5),
    cloud: product('KES-CLOUD', 'Endpoint protection in the cloud, user', 4.2),
    mailboxes: product('M365', 'Microsoft 365 protection, mailbox', 1.8),
  }
  const customers = plans.map((plan) => openCustomer(center, psa, products, plan))
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

  psa.setLineByHand(of('Otto Print').agreement, products.workstations, 33)
  psa.setLineByHand(of('Pine Valley Dental').agreement, products.workstations, 25)
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
  psa.setLineByHand(touched.agreement, products.workstations, 50)
  touched.key.use(touched.server.addHosts(1, { ...devices.workstation, name: 'desk' }))
  const off = of('North Pier Marina')
  off.server.enabled = false
  const inactive = of('Velvet Theatre')
  inactive.key.use(inactive.server.addHosts(3, { ...devices.workstation, name: 'booth' }))
  psa.deactivate(products.select)
  const broken = of('Riverside Council')
  broken.key.release([...broken.server.hosts.values()].slice(0, 100))
  center.faults.add({
    match: ({ method, server }) =>
      server === broken.server.uid && method === 'GroupSyncIterator.GetNextItems',
    times: Number.POSITIVE_INFINITY,
    kind: 'resetBefore',
  })
  for (const customer of customers) {
    customer.priceLevelId = psa.priceLevelAfterNight(companyName(customer), customer.priceLevelId)
  }
}

/**
 * The configuration that a technician of this MSP would have entered.
 *
 * @param psaUrl the address of the PSA
 * @param workspaces known by reports; without any there is no Business Hub
 */
export function configurationOf(
  msp: DemoMsp,
  psaUrl: string,
  timeZone = berlin,
  workspaces: Workspace[] = [],
) {
  const { center, psa, customers, products } = msp
  const connection = psa.connection.id
  return {
    version: 1,
    settings: { timeZone, dailyRunAt: '03:00', approval: 'automatic' },
    connections: [
      {
        id: 'ksc',
        kind: 'ksc',
        name: 'Security Center',
        baseUrl: center.baseUrl,
        credentials: { user: center.user, password: center.password, internal: true },
      },
      ...(workspaces.length > 0 ? [businessHub] : []),
      { ...psa.connection, baseUrl: psaUrl },
    ],
    people: [
      { connection, member: 'tess', role: 'technician' },
      { connection, member: 'ada', role: 'administrator' },
    ],
    companies: [
      ...customers.flatMap(({ server, company, agreement, priceLevelId, billing }) =>
        company === null
          ? []
          : [
              {
                tenant: { connection: 'ksc', id: server.uid },
                company: { connection, id: company.id },
                billing,
                agreementId: agreement.id,
                priceLevelId,
              },
            ],
      ),
      ...workspaces.map(({ id, company, agreement, priceLevelId }) => ({
        tenant: { connection: businessHub.id, id },
        company: { connection, id: company.id },
        billing: true,
        agreementId: agreement.id,
        priceLevelId,
      })),
    ],
    products: [
      {
        connection,
        billByCategory: true,
        map: [
          {
            application: 'kes-business-advanced',
            workstation: products.workstations.id,
            server: products.servers.id,
            other: products.other.id,
          },
          {
            application: 'kes-business-select',
            workstation: products.select.id,
            server: products.servers.id,
            other: products.other.id,
          },
          ...(workspaces.length > 0
            ? [
                { application: 'kes-cloud', all: products.cloud.id },
                { application: 'kes-cloud-plus', all: products.cloud.id },
                { application: 'office-365', all: products.mailboxes.id },
              ]
            : []),
        ],
      },
    ],
  }
}

const businessHub = { id: 'hub', kind: 'hub', name: 'Business Hub', baseUrl: null, credentials: null }

function openCustomer(center: KscAccount, psa: DemoPsa, products: Products, plan: Plan): Customer {
  const server = center.addServer({ name: plan.name })
  const key = server.addKey({
    product: `${plan.licence ?? advanced}. European Edition. 100-149 Node 1 year Base License`,
    type: keyType.commercial,
    limitDate: '2099-12-31',
  })
  for (const [like, count] of plan.devices) key.use(server.addHosts(count, like))
  const { company, agreement, priceLevelId } = psa.addCustomer(
    { name: companyName(plan), agreementEndsOn: plan.agreementEndsOn ?? null },
    products,
  )
  return {
    name: plan.name,
    server,
    key,
    agreement,
    company: plan.mapped === false ? null : company,
    priceLevelId,
    billing: plan.billing ?? true,
  }
}

/** In the PSA; Kaspersky's servers have the name alone. */
export function companyName({ name }: { name: string }): string {
  return `${name} Ltd`
}

export function customerOf(customers: Customer[], name: string): Customer {
  const customer = customers.find((candidate) => candidate.name === name)
  if (customer === undefined) throw new Error(`the demo has no customer ${name}`)
  return customer
}
