import * as z from 'zod'
import type { Connection, ConnectionOf } from './domain/configuration.ts'
import { localDay } from './domain/day.ts'
import type { WorkerSettings } from './env.ts'
import { autotask } from './psa/autotask/autotask.ts'
import { connectWise } from './psa/connectwise/connectwise.ts'
import type { Psa } from './psa/port.ts'
import { tigerpaw } from './psa/tigerpaw/tigerpaw.ts'
import { businessHub, type HubConnection } from './sources/hub/business-hub.ts'
import { deviceWatch } from './sources/ksc/device-watch.ts'
import { type KscConnection, securityCenter } from './sources/ksc/security-center.ts'
import type { UsageSource } from './sources/port.ts'
import type { DeviceWatch } from './sources/watch-port.ts'
import type { configurationStore, OpenConnection } from './storage/configuration.ts'
import type { reportStore } from './storage/reports.ts'
import { VendorError } from './vendor/error.ts'
import { allowedHosts } from './vendor/hosts.ts'
import { type VendorHttp, vendorHttp } from './vendor/http.ts'
import type { RootMemory } from './vendor/root-memory.ts'

const CenterCredentials = z.object({ user: z.string(), password: z.string(), internal: z.boolean() })
const HubCredentials = z.object({ token: z.string() }).nullable()
const ConnectWiseCredentials = z.object({
  companyId: z.string(),
  publicKey: z.string(),
  privateKey: z.string(),
  clientId: z.string(),
})
const AutotaskCredentials = z.object({
  userName: z.string(),
  secret: z.string(),
  integrationCode: z.string(),
})
const TigerpawCredentials = z.object({
  publicKey: z.string(),
  privateKey: z.string(),
  soapUser: z.string(),
  soapPassword: z.string(),
})

/** What a vendor call does besides calling. */
export interface CallHooks {
  /** Awaited before each call; throwing stops it. */
  beforeCall?: () => Promise<void>
}

/** An adapter, and how many calls it made so far. */
export interface Opened<Adapter> {
  connection: Connection
  adapter: Adapter
  calls: () => number
}

/** What opening a connection takes, whatever it is. */
interface Means extends Pick<HubConnection, 'now' | 'newId' | 'together'> {
  settings: WorkerSettings
  configuration: ReturnType<typeof configurationStore>
  reports: ReturnType<typeof reportStore>
}

type Calling = Means & { hooks: CallHooks }

/** Opens stored connections by their ids; the only place that names concrete adapters. */
export function adapters(means: Means) {
  return {
    source: (id: string, hooks: CallHooks = {}) => openSource({ ...means, hooks }, id),
    hub: (id: string) => openHub({ ...means, hooks: {} }, id),
    deviceWatch: (id: string, hooks: CallHooks = {}) => openDeviceWatch({ ...means, hooks }, id),
    psa: (id: string, hooks: CallHooks = {}) => openPsa({ ...means, hooks }, id),
  }
}

/** A connection of one kind with what opens it. */
type OpenOf<Kind extends Connection['kind']> = OpenConnection & { connection: ConnectionOf<Kind> }

/** @throws VendorError where the connection does not exist, is no source, or cannot be used by this version */
async function openSource(calling: Calling, id: string): Promise<Opened<UsageSource>> {
  const found = await calling.configuration.withSecrets(id)
  if (found !== null && isOf(found, 'ksc')) {
    const { center, http, calls } = openCenter(calling, found)
    return { connection: found.connection, calls, adapter: securityCenter(center, http) }
  }
  if (found !== null && isOf(found, 'hub')) {
    const { hub, calls } = await hubOf(calling, found)
    return { connection: found.connection, calls, adapter: businessHub(hub, calling.reports) }
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
  const opened = openHttp(calling, found, baseUrl, 4)
  const credentials = CenterCredentials.parse(found.credentials)
  return { ...opened, center: { name, baseUrl, credentials, options } }
}

async function hubOf(
  calling: Calling,
  found: OpenOf<'hub'>,
): Promise<{ hub: HubConnection; calls: () => number }> {
  const { id, name, baseUrl, options } = found.connection
  const { timeZone } = await calling.configuration.settings()
  const hub = {
    now: calling.now,
    newId: calling.newId,
    together: calling.together,
    id,
    name,
    maxAgeHours: options.maxAgeHours,
    today: localDay(calling.now(), timeZone),
  }
  if (baseUrl === null) return { hub: { ...hub, feed: null }, calls: () => 0 }
  const { http, calls } = openHttp(calling, found, baseUrl, 2)
  const { token } = HubCredentials.parse(found.credentials) ?? { token: null }
  return { hub: { ...hub, feed: { connection: { name, baseUrl, token }, http } }, calls }
}

/** As `openSource`, for the billing side. */
async function openPsa(calling: Calling, id: string): Promise<Opened<Psa>> {
  const { configuration, settings, hooks } = calling
  const found = await configuration.withSecrets(id)
  if (found === null) throw unusable(id, noPsa)
  const { connection, credentials } = found
  const writeTimeoutMs = Math.min(20_000, settings.leaseSeconds * 1000)
  const rootMemory: RootMemory = {
    get: () => configuration.apiRoot(id),
    set: (root) => configuration.setApiRoot(id, root),
  }
  switch (connection.kind) {
    case 'connectwise': {
      const { http, calls } = openHttp(calling, found, connection.baseUrl, 6)
      const account = {
        ...connection,
        credentials: ConnectWiseCredentials.parse(credentials),
        writeTimeoutMs,
      }
      return { connection, calls, adapter: connectWise(account, http, rootMemory) }
    }
    case 'autotask': {
      // Two of the three calls at once that Autotask allows are the chain's; pages make one at a time.
      const width = hooks.beforeCall === undefined ? 1 : 2
      const { http, calls } = openHttp(calling, found, connection.baseUrl, width)
      const account = { ...connection, credentials: AutotaskCredentials.parse(credentials), writeTimeoutMs }
      return { connection, calls, adapter: autotask(account, http, rootMemory) }
    }
    case 'tigerpaw': {
      const { http, calls } = openHttp(calling, found, connection.baseUrl, 4)
      const account = { ...connection, credentials: TigerpawCredentials.parse(credentials), writeTimeoutMs }
      return { connection, calls, adapter: tigerpaw(account, http, calling.now) }
    }
    default:
      throw unusable(id, noPsa)
  }
}

const noPsa = 'there is no such PSA connection'

/** @throws VendorError where the credentials were never entered */
function openHttp(
  { settings, hooks }: Calling,
  { connection, credentials, headers }: OpenConnection,
  baseUrl: string,
  maxConcurrent: number,
): { http: VendorHttp; calls: () => number } {
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
  return { http, calls: () => calls }
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
