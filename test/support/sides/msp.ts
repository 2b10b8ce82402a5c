import { expect } from 'vitest'
import { tick } from '../../../worker/jobs/schedule.ts'
import type { VirtualServer } from '../../vendors/ksc/virtual-server.ts'
import { apiOf, itemsOf } from '../api.ts'
import { type Devices, usesOf } from '../customer.ts'
import { allChainsRest, emptied } from '../emptied.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'
import type { Side } from './side.ts'

export interface SideCustomer {
  agreementId: string
  companyId: string
  /** `connection/id` */
  tenant: string
  server: VirtualServer
  uses(count: Devices): void
  /** Of the mapping; saved before the next run. */
  mapping: Record<string, unknown>
}

export type SideMsp = Awaited<ReturnType<typeof openSideMsp>>

/** An MSP that bills workstations, servers and other devices with a product each, through any PSA. */
export async function openSideMsp(stack: Stack, side: Side, options: Record<string, unknown> = {}) {
  await emptied(stack.db())
  const center = stack.ksc.account()
  const api = apiOf(stack)
  const deps = await stack.deps()
  const products = {
    workstation: side.product('Workstation'),
    server: side.product('Server'),
    other: side.product('Other'),
  }
  const setup = {
    timeZone: 'UTC',
    name: 'PSA',
    options,
    mappings: [] as Record<string, unknown>[],
    /** Beside its Security Center and its PSA; with credentials. */
    connections: [] as Record<string, unknown>[],
    /** Of the document; tickets are not spoken of where null. */
    tickets: null as { connections: unknown[]; companies: unknown[] } | null,
  }
  let saved = ''
  let isReady = false

  function document(withSecrets: boolean) {
    const { credentials, ...connection } = side.connection
    const secret = <T>(one: T) => (withSecrets ? { credentials: one } : {})
    const { baseUrl, user, password, internal } = center
    return {
      version: 1,
      settings: {
        timeZone: setup.timeZone,
        dailyRunAt: '03:00',
        approval: 'automatic',
        guardRails: { runFallLines: 1000 },
      },
      connections: [
        { id: 'ksc', kind: 'ksc', name: 'Security Center', baseUrl, ...secret({ user, password, internal }) },
        { id: 'psa', name: setup.name, ...connection, options: setup.options, ...secret(credentials) },
        ...setup.connections,
      ],
      companies: setup.mappings,
      ...(setup.tickets === null ? {} : { tickets: setup.tickets }),
      products: [
        {
          connection: 'psa',
          billByCategory: true,
          map: [{ application: 'kes-business-advanced', all: null, ...products }],
        },
      ],
    }
  }

  async function save(): Promise<void> {
    const now = JSON.stringify(document(false))
    if (now === saved) return
    const answer = await api.put('/api/config', document(saved === ''))
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    saved = now
  }

  /** Rules for tickets at the PSA; what is absent is off. */
  function ticketRules(rules: Record<string, unknown>): void {
    const { filing, closedStatus } = side.desk
    const { status, ...where } = filing
    setup.tickets = {
      connections: [{ connection: 'psa', ...where, statusNew: status, statusClosed: closedStatus, ...rules }],
      companies: setup.tickets?.companies ?? [],
    }
  }

  /** Saves the settings, and makes the test write where the PSA needs one. */
  async function prepare(): Promise<void> {
    await save()
    const [first] = setup.mappings
    if (isReady || first === undefined) return
    const on = { agreementId: String(first.agreementId), productId: products.workstation }
    const preparation = side.preparation('psa', on)
    if (preparation !== null) {
      const { body } = await api.post(preparation.path, preparation.body)
      expect(body).toEqual({ ok: true, problems: [] })
    }
    isReady = true
  }

  return {
    api,
    deps,
    center,
    side,
    setup,
    products,
    db: stack.db(),
    save,
    prepare,
    ticketRules,

    /** A tick of the clock at an hour at which no run is due, and all that comes of it. */
    async tick(): Promise<void> {
      await save()
      await tick(deps, new Date('2026-03-02T00:15:00Z'))
      await until('everybody rests after the tick', () => allChainsRest(stack.db()))
    },

    /** As `GET /api/tickets` lists them. */
    async tickets(state: 'open' | 'closed' | 'waiting'): Promise<Record<string, unknown>[]> {
      return itemsOf(await api.get(`/api/tickets?state=${state}`))
    },

    customer(name: string, count: Devices): SideCustomer {
      const server = center.addServer({ name })
      const { companyId, agreementId, priceLevelId } = side.customer(name, Object.values(products))
      const uses = usesOf(server)
      uses(count)
      const mapping: Record<string, unknown> = {
        tenant: { connection: 'ksc', id: server.uid },
        company: { connection: 'psa', id: companyId },
        billing: true,
        agreementId,
        priceLevelId,
      }
      setup.mappings.push(mapping)
      return { agreementId, companyId, tenant: `ksc/${server.uid}`, server, uses, mapping }
    },

    /** Agrees to a held change and waits for what comes of it. */
    async approve(id: string, lineId?: string): Promise<void> {
      const answer = await api.post(`/api/changes/${id}/approve`, lineId === undefined ? {} : { lineId })
      if (answer.status !== 202) throw new Error(JSON.stringify(answer.body))
      await until('all that was approved is dealt with', () => allChainsRest(stack.db()))
    },

    /** A whole run, after the settings are saved and the PSA is prepared. */
    async run() {
      await prepare()
      return api.runNow()
    },
  }
}
