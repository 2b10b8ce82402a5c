import { startRun } from '../../worker/jobs/start-run.ts'
import type { Change } from '../../worker/storage/changes.ts'
import type { Run } from '../../worker/storage/runs.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import { apiOf } from './api.ts'
import { writeOf } from './connectwise-writes.ts'
import { type Customer, type CustomerOptions, type Devices, type Mapping, usesOf } from './customer.ts'
import { allChainsRest, emptied } from './emptied.ts'
import type { Stack } from './stack.ts'
import { until } from './until.ts'

/** The local day of a run that names none. */
export const monday = '2026-03-02'
export const tuesday = '2026-03-03'
export const wednesday = '2026-03-04'
export const thursday = '2026-03-05'

export type { Customer } from './customer.ts'

export interface MspOptions {
  billByCategory?: boolean
  approval?: 'automatic' | 'everything'
}

export interface RunOptions {
  day?: string
  dryRun?: boolean
  /** Only these customers are read. */
  only?: Customer[]
}

/** A run that ended, with the changes it planned, ordered by company, agreement and product. */
export interface FinishedRun extends Run {
  changes: Change[]
  /** A line for each change, in the order of `changes`: `set KES 90 → 60: held, fell_sharply`. */
  told: string[]
}

export type Msp = Awaited<ReturnType<typeof openMsp>>

/** An MSP with nothing but its accounts and products; nothing of another test is left. */
export async function openMsp(stack: Stack, options: MspOptions = {}) {
  await emptied(stack.db())
  const center = stack.ksc.account()
  const psa = stack.cw.account()
  const deps = await stack.deps()
  const api = apiOf(stack)
  const centers: Record<string, KscAccount> = { ksc: center }
  const products = {
    all: psa.addProduct({ id: 500, identifier: 'KES', price: 3 }).id,
    workstation: psa.addProduct({ id: 501, identifier: 'KES workstation', price: 3 }).id,
    server: psa.addProduct({ id: 502, identifier: 'KES server', price: 9 }).id,
    other: psa.addProduct({ id: 503, identifier: 'KES other', price: 2 }).id,
  }
  /** To be changed at will; it is saved before the next run or approval. */
  const setup = {
    approval: options.approval ?? ('automatic' as 'automatic' | 'everything'),
    billByCategory: options.billByCategory ?? false,
    map: [
      {
        application: 'kes-business-advanced',
        all: `${products.all}` as string | null,
        workstation: `${products.workstation}` as string | null,
        server: `${products.server}` as string | null,
        other: `${products.other}` as string | null,
      },
    ],
    mappings: [] as Mapping[],
    /** Sources that are known by reports or feeds. */
    hubs: [] as { id: string; name: string; baseUrl: string | null; options?: { maxAgeHours: number } }[],
  }
  let saved = ''
  const asked = { writes: 0, reads: 0 }

  function document(withSecrets: boolean) {
    const secret = <T>(credentials: T) => (withSecrets ? { credentials } : {})
    return {
      version: 1,
      settings: { timeZone: 'UTC', dailyRunAt: '03:00', approval: setup.approval },
      connections: [
        ...Object.entries(centers).map(([id, { baseUrl, user, password, internal }]) => ({
          id,
          kind: 'ksc',
          name: id === 'ksc' ? 'Security Center' : 'Second Security Center',
          baseUrl,
          ...secret({ user, password, internal }),
        })),
        ...setup.hubs.map((hub) => ({ ...hub, kind: 'hub' })),
        {
          id: 'cw',
          kind: 'connectwise',
          name: 'ConnectWise',
          baseUrl: psa.baseUrl,
          ...secret({
            companyId: psa.companyId,
            publicKey: psa.publicKey,
            privateKey: psa.privateKey,
            clientId: psa.clientId,
          }),
        },
      ],
      companies: setup.mappings,
      products: [{ connection: 'cw', billByCategory: setup.billByCategory, map: setup.map }],
    }
  }

  /** Saves the configuration where something in it changed. */
  async function save(): Promise<void> {
    const now = JSON.stringify(document(false))
    if (now === saved) return
    const answer = await api.put('/api/config', document(saved === ''))
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    saved = now
  }

  function customer(name: string, count: Devices, options: CustomerOptions = {}): Customer {
    const connection = options.center ?? 'ksc'
    centers[connection] ??= stack.ksc.account()
    const server = centers[connection].addServer({ name })
    const companyId = options.billedWith?.companyId ?? psa.addCompany({ name }).id
    const agreementId =
      options.billedWith?.agreementId ??
      psa.addAgreement({
        company: companyId,
        name: `${name}, managed`,
        ...(options.agreementId === undefined ? {} : { id: options.agreementId }),
        ...(options.nextInvoiceDate === undefined ? {} : { nextInvoiceDate: options.nextInvoiceDate }),
      }).id
    const one: Customer = {
      server,
      tenant: `${connection}/${server.uid}`,
      companyId,
      agreementId,
      mapping: {
        tenant: { connection, id: server.uid },
        company: { connection: 'cw', id: `${companyId}` },
        billing: true,
        agreementId: `${agreementId}`,
        manualQuantity: options.manualQuantity ?? 'ask',
      },
      uses: usesOf(server),
    }
    one.uses(count)
    if (options.mapped ?? true) setup.mappings.push(one.mapping)
    return one
  }

  /** Starts a run without waiting for it. */
  async function start(options: RunOptions = {}): Promise<Run> {
    await save()
    const run = await startRun(deps, {
      trigger: 'manual',
      day: options.day ?? monday,
      dryRun: options.dryRun ?? false,
      tenants: options.only?.map(({ mapping }) => mapping.tenant) ?? null,
    })
    if (run === null) throw new Error('another run is active')
    return run
  }

  async function finished(id: string): Promise<FinishedRun> {
    const run = await until(`run ${id} ends`, async () => {
      const found = await deps.runs.get(id)
      return found?.finishedAt ? found : null
    })
    const changes = inOrder(await deps.changes.list({ runId: id }, 1_000, null))
    return { ...run, changes, told: told(changes) }
  }

  function told(changes: Change[]): string[] {
    return changes.map((change) => {
      const product = nameOf(Number(change.productId))
      const reason = change.state === 'held' ? `, ${change.reason}` : ''
      return `${change.kind} ${product} ${change.from} → ${change.to}: ${change.state}${reason}`
    })
  }

  function nameOf(productId: number): string {
    return String(psa.store.products.get(productId)?.identifier ?? productId)
  }

  /** Waits until what was agreed to is carried out or refused. */
  async function carriedOut(id: string): Promise<Change> {
    await until('all that was approved is dealt with', () => allChainsRest(stack.db()))
    const change = await deps.changes.get(id)
    if (change === null) throw new Error(`there is no change ${id}`)
    return change
  }

  return {
    deps,
    api,
    db: stack.db(),
    psa,
    center,
    centers,
    products,
    setup,
    save,
    customer,
    start,
    finished,
    told,
    carriedOut,

    async run(options: RunOptions = {}): Promise<FinishedRun> {
      return finished((await start(options)).id)
    },

    /** Agrees to a held change, with the line to take where several stand open, and waits for what comes of it. */
    async approve(change: Change | undefined, lineId: number | null = null): Promise<Change> {
      await save()
      const id = change?.id ?? 'of nothing'
      const answer = await api.post(
        `/api/changes/${id}/approve`,
        lineId === null ? {} : { lineId: `${lineId}` },
      )
      if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
      return carriedOut(id)
    },

    async dismiss(change: Change | undefined): Promise<void> {
      const answer = await api.post(`/api/changes/${change?.id}/dismiss`, {})
      if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
    },

    /** What a run planned for the company of one customer. */
    changesOf(run: FinishedRun, { companyId }: Customer): Change[] {
      return run.changes.filter((change) => change.companyId === `${companyId}`)
    },

    /** What a person still has to decide, of all runs. */
    async held(): Promise<Change[]> {
      return inOrder(await deps.changes.list({ state: 'held' }, 1_000, null))
    },

    /** What an agreement bills: product and quantity of each line, ordered by id. */
    lines(of: Customer | number): [product: string, quantity: number][] {
      return psa
        .additionsOf(typeof of === 'number' ? of : of.agreementId)
        .map((line) => [line.product.identifier, line.quantity])
    },

    /** What was written to ConnectWise since this was last asked, in order: `PATCH KES 88`. */
    writes(): string[] {
      const calls = psa.calls.slice(asked.writes)
      asked.writes = psa.calls.length
      return calls.flatMap((call) => {
        const write = writeOf(psa, call)
        return write === null ? [] : [`${write.method} ${nameOf(write.productId)} ${write.quantity}`]
      })
    },

    /** What was read from ConnectWise since this was last asked, in order; its addresses behind `/finance` and the like. */
    reads(): string[] {
      const calls = psa.calls.slice(asked.reads)
      asked.reads = psa.calls.length
      return calls
        .filter((call) => call.method === 'GET')
        .map((call) => call.path.replace(/^\/(finance|procurement)\//, ''))
    },
  }
}

/** By company, agreement and product. */
function inOrder(changes: Change[]): Change[] {
  const key = ({ companyId, agreementId, productId }: Change) =>
    [companyId, agreementId, productId].map((id) => id.padStart(9, '0')).join()
  return changes.toSorted((a, b) => key(a).localeCompare(key(b)))
}
