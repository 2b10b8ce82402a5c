import * as z from 'zod'
import type { Connection, ConnectionOf } from './domain/configuration.ts'
import { localDay } from './domain/day.ts'
import { type ChainMessage, type Env, type WorkerSettings, workerSettings } from './env.ts'
import { autotask } from './psa/autotask/autotask.ts'
import { connectWise } from './psa/connectwise/connectwise.ts'
import type { Psa } from './psa/port.ts'
import { tigerpaw } from './psa/tigerpaw/tigerpaw.ts'
import { businessHub, type HubConnection } from './sources/hub/business-hub.ts'
import { deviceWatch } from './sources/ksc/device-watch.ts'
import { type KscConnection, securityCenter } from './sources/ksc/security-center.ts'
import type { UsageSource } from './sources/port.ts'
import type { DeviceWatch } from './sources/watch-port.ts'
import { auditStore } from './storage/audit.ts'
import { billStore } from './storage/bills.ts'
import { chainParts, chainStore } from './storage/chains.ts'
import { changeStore } from './storage/changes.ts'
import { configurationStore, type OpenConnection } from './storage/configuration.ts'
import { decisionStore } from './storage/decisions.ts'
import { directoryStore } from './storage/directory.ts'
import { evidenceStore } from './storage/evidence.ts'
import { historyStore } from './storage/history.ts'
import { leftBehindStore } from './storage/left-behind.ts'
import { mappingListStore } from './storage/mapping-list.ts'
import { mappingStore } from './storage/mappings.ts'
import { nameStore } from './storage/names.ts'
import { overviewStore } from './storage/overview.ts'
import { ownLineStore } from './storage/own-lines.ts'
import { pickerStore } from './storage/pickers.ts'
import { psaFactsStore } from './storage/psa-facts.ts'
import { reportStore } from './storage/reports.ts'
import { runProgressStore } from './storage/run-progress.ts'
import { runWorkStore } from './storage/run-work.ts'
import { runStore } from './storage/runs.ts'
import { sealer } from './storage/seal.ts'
import { signInLinkStore } from './storage/sign-in-links.ts'
import { signInStore } from './storage/sign-ins.ts'
import { tenantStore } from './storage/tenants.ts'
import { ticketIntakeStore } from './storage/ticket-intake.ts'
import { ticketWorkStore } from './storage/ticket-work.ts'
import { ticketStore } from './storage/tickets.ts'
import { unbilledStore } from './storage/unbilled.ts'
import { usageStore } from './storage/usage.ts'
import { watchStore } from './storage/watch.ts'
import { VendorError } from './vendor/error.ts'
import { allowedHosts } from './vendor/hosts.ts'
import { type VendorHttp, vendorHttp } from './vendor/http.ts'
import type { RootMemory } from './vendor/root-memory.ts'

/** What a vendor call does besides calling. */
export interface CallHooks {
  /** Awaited before each call; throwing stops it. */
  beforeCall?: () => Promise<void>
}

export type Deps = Awaited<ReturnType<typeof createDeps>>

/** Everything a request or a job may touch; the only place that names concrete adapters. */
export async function createDeps(env: Env) {
  const settings = workerSettings(env)
  const configuration = configurationStore(env.DB, await sealer(settings.credentialsKey))
  const reports = reportStore(env.DB)
  const common = {
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
    /** Carries statements of several stores out in one transaction. */
    together: async (statements: D1PreparedStatement[]): Promise<void> => {
      if (statements.length > 0) await env.DB.batch(statements)
    },
  }
  const calling = (hooks: CallHooks): Calling => ({ configuration, settings, common, hooks })

  return {
    settings,
    ...common,
    configuration,
    mappings: mappingStore(env.DB),
    mappingList: mappingListStore(env.DB),
    directory: directoryStore(env.DB),
    names: nameStore(env.DB),
    tenants: tenantStore(env.DB),
    usage: usageStore(env.DB),
    watch: watchStore(env.DB),
    tickets: ticketStore(env.DB),
    ticketIntake: ticketIntakeStore(env.DB),
    ticketWork: ticketWorkStore(env.DB),
    runs: runStore(env.DB),
    runWork: runWorkStore(env.DB),
    runProgress: runProgressStore(env.DB),
    chains: chainStore(env.DB),
    facts: psaFactsStore(env.DB),
    ownLines: ownLineStore(env.DB),
    changes: changeStore(env.DB),
    decisions: decisionStore(env.DB),
    leftBehind: leftBehindStore(env.DB),
    unbilled: unbilledStore(env.DB),
    reports,
    evidence: evidenceStore(env.DB),
    overview: overviewStore(env.DB),
    bills: billStore(env.DB),
    history: historyStore(env.DB),
    audit: auditStore(env.DB),
    signIns: signInStore(env.DB),
    signInLinks: signInLinkStore(env.DB),
    pickers: pickerStore(env.DB, env.PICKERS),

    /** Wakes a chain for one step, at least once. */
    send: async (message: ChainMessage, delaySeconds = 0): Promise<void> => {
      const queue = chainParts(message.chain)?.kind === 'bill' ? env.BILL : env.COLLECT
      await queue.send(message, { delaySeconds: Math.min(Math.ceil(delaySeconds), 43_200) })
    },

    source: (id: string, hooks: CallHooks = {}) => openSource(calling(hooks), id, reports),
    hub: (id: string) => openHub(calling({}), id),
    deviceWatch: (id: string, hooks: CallHooks = {}) => openDeviceWatch(calling(hooks), id),
    psa: (id: string, hooks: CallHooks = {}) => openPsa(calling(hooks), id),
  }
}

/** An adapter, and how many calls it made so far. */
export interface Opened<Adapter> {
  connection: Connection
  adapter: Adapter
  calls: () => number
}

/** What opening a connection takes, whatever it is. */
interface Calling {
  configuration: ReturnType<typeof configurationStore>
  settings: WorkerSettings
  common: Pick<HubConnection, 'now' | 'newId' | 'together'>
  hooks: CallHooks
}

/** A connection of one kind with what opens it. */
type OpenOf<Kind extends Connection['kind']> = OpenConnection & { connection: ConnectionOf<Kind> }

/** @throws VendorError where the connection does not exist, is no source, or cannot be used by this version */
async function openSource(
  calling: Calling,
  id: string,
  reports: ReturnType<typeof reportStore>,
): Promise<Opened<UsageSource>> {
  const found = await calling.configuration.withSecrets(id)
  if (found !== null && isOf(found, 'ksc')) {
    const { center, http, calls } = openCenter(calling, found)
    return { connection: found.connection, calls, adapter: securityCenter(center, http) }
  }
  if (found !== null && isOf(found, 'hub')) {
    const { hub, calls } = await hubOf(calling, found)
    return { connection: found.connection, calls, adapter: businessHub(hub, reports) }
  }
  throw unusable(id, 'there is no such Kaspersky connection')
}

/** @throws VendorError as `openSource`, and where the source tells nothing about devices */
async function openDeviceWatch(calling: Calling, id: string): Promise<Opened<DeviceWatch>> {
  const found = await calling.configuration.withSecrets(id)
  if (found === null || !isOf(found, 'ksc')) throw unusable(id, 'it is no Security Center')
  const { center, http, calls } = openCenter(calling, found)
  return { connection: found.connection, calls, adapter: deviceWatch(center, http) }
}

/** @throws VendorError where it is no Business Hub */
async function openHub(calling: Calling, id: string): Promise<{ hub: HubConnection; calls: () => number }> {
  const found = await calling.configuration.withSecrets(id)
  if (found === null || !isOf(found, 'hub')) throw unusable(id, 'it is no Business Hub')
  return hubOf(calling, found)
}

function isOf<Kind extends Connection['kind']>(found: OpenConnection, kind: Kind): found is OpenOf<Kind> {
  return found.connection.kind === kind
}

function openCenter(
  calling: Calling,
  found: OpenOf<'ksc'>,
): { center: KscConnection; http: VendorHttp; calls: () => number } {
  const { name, baseUrl, options } = found.connection
  const { http, calls, credentials } = openHttp(calling, found, baseUrl, 4)
  const center = {
    name,
    baseUrl,
    credentials: z
      .object({ user: z.string(), password: z.string(), internal: z.boolean() })
      .parse(credentials),
    options,
  }
  return { center, http, calls }
}

async function hubOf(
  calling: Calling,
  found: OpenOf<'hub'>,
): Promise<{ hub: HubConnection; calls: () => number }> {
  const { id, name, baseUrl, options } = found.connection
  const { timeZone } = await calling.configuration.settings()
  const hub = {
    ...calling.common,
    id,
    name,
    maxAgeHours: options.maxAgeHours,
    today: localDay(calling.common.now(), timeZone),
  }
  if (baseUrl === null) return { hub: { ...hub, feed: null }, calls: () => 0 }
  const { http, calls, credentials } = openHttp(calling, found, baseUrl, 2)
  const { token } = z.object({ token: z.string() }).nullable().parse(credentials) ?? { token: null }
  return { hub: { ...hub, feed: { connection: { name, baseUrl, token }, http } }, calls }
}

/** As `openSource`, for the billing side. */
async function openPsa(calling: Calling, id: string): Promise<Opened<Psa>> {
  const { configuration, settings, hooks } = calling
  const found = await configuration.withSecrets(id)
  if (found === null) throw unusable(id, noPsa)
  const { connection } = found
  const writeTimeoutMs = Math.min(20_000, settings.leaseSeconds * 1000)
  const rootMemory: RootMemory = {
    get: () => configuration.apiRoot(id),
    set: (root) => configuration.setApiRoot(id, root),
  }
  switch (connection.kind) {
    case 'connectwise': {
      const { http, calls, credentials } = openHttp(calling, found, connection.baseUrl, 6)
      return {
        connection,
        calls,
        adapter: connectWise(
          {
            name: connection.name,
            baseUrl: connection.baseUrl,
            credentials: z
              .object({
                companyId: z.string(),
                publicKey: z.string(),
                privateKey: z.string(),
                clientId: z.string(),
              })
              .parse(credentials),
            writeTimeoutMs,
          },
          http,
          rootMemory,
        ),
      }
    }
    case 'autotask': {
      // Two of the three calls at once that Autotask allows are the chain's; pages make one at a time.
      const width = hooks.beforeCall === undefined ? 1 : 2
      const { http, calls, credentials } = openHttp(calling, found, connection.baseUrl, width)
      return {
        connection,
        calls,
        adapter: autotask(
          {
            name: connection.name,
            baseUrl: connection.baseUrl,
            credentials: z
              .object({ userName: z.string(), secret: z.string(), integrationCode: z.string() })
              .parse(credentials),
            options: connection.options,
            writeTimeoutMs,
          },
          http,
          rootMemory,
        ),
      }
    }
    case 'tigerpaw': {
      const { http, calls, credentials } = openHttp(calling, found, connection.baseUrl, 4)
      return {
        connection,
        calls,
        adapter: tigerpaw(
          {
            name: connection.name,
            baseUrl: connection.baseUrl,
            credentials: z
              .object({
                publicKey: z.string(),
                privateKey: z.string(),
                soapUser: z.string(),
                soapPassword: z.string(),
              })
              .parse(credentials),
            options: connection.options,
            writeTimeoutMs,
          },
          http,
          () => new Date(),
        ),
      }
    }
    default:
      throw unusable(id, noPsa)
  }
}

const noPsa = 'there is no such PSA connection'

function openHttp(
  { settings, hooks }: Calling,
  { connection, credentials, headers }: OpenConnection,
  baseUrl: string,
  maxConcurrent: number,
): { http: VendorHttp; calls: () => number; credentials: unknown } {
  if (credentials === null && connection.kind !== 'hub') {
    throw unusable(connection.name, 'its credentials were never entered')
  }
  let calls = 0
  const http = vendorHttp({
    vendor: connection.name,
    assertAllowed: allowedHosts(baseUrl, {
      allowInsecure: settings.allowInsecure,
      vendor: connection.name,
    }),
    extraHeaders: headers,
    secrets: [...secretTexts(credentials), ...Object.values(headers)],
    maxConcurrent,
    // A feed is one answer that may hold all there is.
    timeoutMs: Math.min(connection.kind === 'hub' ? 120_000 : 30_000, settings.leaseSeconds * 1000),
    beforeCall: async () => {
      await hooks.beforeCall?.()
      calls++
    },
  })
  return { http, calls: () => calls, credentials }
}

/** Log-on names are no secrets, and cutting them out would make refusals hard to read. */
function secretTexts(credentials: unknown): string[] {
  const publicNames = ['user', 'companyId', 'userName', 'soapUser']
  return Object.entries(z.record(z.string(), z.unknown()).nullable().parse(credentials) ?? {})
    .filter(([name]) => !publicNames.includes(name))
    .flatMap(([, value]) => (typeof value === 'string' ? [value, toBase64(value)] : []))
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function unusable(vendor: string, why: string): VendorError {
  return new VendorError(vendor, { kind: 'rejected', status: 0, reply: why })
}
