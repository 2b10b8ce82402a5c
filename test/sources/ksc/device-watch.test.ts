import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deviceStatuses } from '../../../worker/domain/ticket-rules.ts'
import { deviceWatch } from '../../../worker/sources/ksc/device-watch.ts'
import type { LookWanted } from '../../../worker/sources/watch-port.ts'
import { VendorError, type VendorFailure } from '../../../worker/vendor/error.ts'
import { vendorHttp } from '../../../worker/vendor/http.ts'
import type { KscAccount, KscFailure } from '../../vendors/ksc/account.ts'
import { type Ksc, startKsc } from '../../vendors/ksc/start.ts'
import { connectionTo, methodsCalled, nothingOpen, openAt, tenantOf } from './center.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

function watchOf(account: KscAccount) {
  const connection = connectionTo(account)
  const http = vendorHttp({
    vendor: connection.name,
    assertAllowed: () => {},
    extraHeaders: {},
    secrets: [connection.credentials.password],
    maxConcurrent: 1,
    timeoutMs: 5000,
  })
  return deviceWatch(connection, http)
}

function acme() {
  const account = ksc.account()
  const server = account.addServer({ name: 'Acme Ltd' })
  const pc = server.addHost({ name: 'PC-1' })
  const watch = watchOf(account)
  const events = (wanted: Partial<NonNullable<LookWanted['events']>> = {}) =>
    watch
      .look(tenantOf(server), {
        events: { severities: ['critical', 'warning'], afterId: null, lastDays: 7, most: 2_000, ...wanted },
        devices: false,
      })
      .then((look) => look.events ?? { items: [], cursor: -1, ended: false })
  return { account, server, pc, watch, events }
}

function daysAgo(days: number): string {
  return `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)}Z`
}

const virus = { type: 'GNRL_EV_VIRUS_FOUND', severity: 4 }

describe('events', () => {
  test('an event is told with its device, its time and what the vendor says', async () => {
    const { server, pc, events } = acme()
    const { id, at } = server.addEvent({
      ...virus,
      typeName: 'Malicious object found',
      host: pc,
      text: 'EICAR-Test-File in C:\\a.zip',
    })

    expect(await events()).toEqual({
      items: [
        {
          id,
          type: 'GNRL_EV_VIRUS_FOUND',
          typeName: 'Malicious object found',
          severity: 'critical',
          device: { id: pc.id, name: 'PC-1' },
          at,
          text: 'EICAR-Test-File in C:\\a.zip',
        },
      ],
      cursor: id,
      ended: true,
    })
  })

  test('the next look tells only what came since, in the order in which it came in', async () => {
    const { server, pc, events } = acme()
    server.addEvent({ ...virus, host: pc })
    const { cursor } = await events()
    const late = server.addEvent({ ...virus, host: pc, at: daysAgo(3) })
    const next = server.addEvent({ ...virus, host: pc })

    const second = await events({ afterId: cursor })

    expect(second.items.map(({ id }) => id)).toEqual([late.id, next.id])
    expect(await events({ afterId: second.cursor })).toEqual({ items: [], cursor: next.id, ended: true })
  })

  test('other severities and what is too old are left out, and stay behind the cursor', async () => {
    const { account, server, pc, events } = acme()
    server.addEvent({ ...virus, host: pc, at: daysAgo(8) })
    server.addEvent({ type: 'INFORMATION', severity: 1, host: pc })
    const last = server.addEvent({ type: 'FAILURE', severity: 3, host: pc })

    expect(await events()).toEqual({ items: [], cursor: last.id, ended: true })

    account.ignoresEventFilter = true
    server.addEvent({ type: 'FAILURE', severity: 3, host: pc })
    const mild = server.addEvent({ type: 'MILD', severity: 2, host: pc })
    const { items } = await events({ afterId: last.id })
    expect(items.map(({ id, severity }) => [id, severity])).toEqual([[mild.id, 'warning']])
  })

  test('a server without events starts at 0', async () => {
    expect(await acme().events()).toEqual({ items: [], cursor: 0, ended: true })
  })

  test('of 450 events 200 are read at a time, and none is skipped or told twice', async () => {
    const { server, pc, events } = acme()
    const made = Array.from({ length: 450 }, () => server.addEvent({ ...virus, host: pc }).id)
    const told: number[] = []
    let afterId: number | null = null
    for (const ended of [false, false, true]) {
      const look = await events({ afterId, most: 200 })
      told.push(...look.items.map(({ id }) => id))
      expect(look.ended).toBe(ended)
      afterId = look.cursor
    }

    expect(told).toEqual(made)
  })

  test('each virtual server has its own', async () => {
    const { account, server, pc, events } = acme()
    const other = account.addServer({ name: 'Globex' })
    other.addEvent({ ...virus, host: other.addHost({ name: 'PC-2' }) })
    const own = server.addEvent({ ...virus, host: pc })

    expect((await events()).items.map(({ id }) => id)).toEqual([own.id])
  })
})

describe('devices', () => {
  test('every reason is told by its bit; bits that nobody knows are left out, and so are devices that are well', async () => {
    const { server, watch } = acme()
    const ids = deviceStatuses.map((_status, bit) =>
      server.addHost({ name: `ill-${bit}`, statusId: 1 + (bit % 2), statusMask: 2 ** bit }),
    )
    const odd = server.addHost({ name: '', statusId: 2, statusMask: 2 ** 20 + 2 ** 15 + 2 ** 6 + 2 ** 7 })

    const { devices } = await watch.look(tenantOf(server), { events: null, devices: true })

    expect(devices).toEqual([
      ...ids.map(({ id, name }, bit) => ({
        id,
        name,
        level: bit % 2 === 0 ? 'critical' : 'warning',
        reasons: [deviceStatuses[bit]],
      })),
      { id: odd.id, name: odd.id, level: 'warning', reasons: ['scan_overdue', 'databases_outdated'] },
    ])
  })

  test('500 of them are all told', async () => {
    const { server, watch } = acme()
    server.addHosts(500, { name: 'pc', statusId: 1, statusMask: 4 })

    const { devices } = await watch.look(tenantOf(server), { events: null, devices: true })

    expect(devices?.length).toBe(500)
  })
})

test('what is not wanted is not asked for, and nothing stays open', async () => {
  const { account, server, watch } = acme()

  expect(await watch.look(tenantOf(server), { events: null, devices: false })).toEqual({
    events: null,
    devices: null,
  })
  expect(methodsCalled(account)).toEqual([])

  await watch.look(tenantOf(server), { events: null, devices: true })
  expect(methodsCalled(account).some((method) => method.startsWith('EventProcessing'))).toBe(false)
  expect(openAt(account)).toEqual(nothingOpen)
})

describe('half a look is none', () => {
  test.each<[string, string, KscFailure & { after?: number; times?: number }]>([
    [
      'an event is missing',
      'EventProcessingFactory.CreateEventProcessing2',
      { kind: 'missingRows', rows: 1, after: 1 },
    ],
    ['a page of events is cut off', 'EventProcessing.GetRecordRange', { kind: 'truncated', after: 1 }],
    ['the events are lost twice', 'EventProcessing.GetRecordRange', { kind: 'iteratorLost', times: 2 }],
    ['a device is missing', 'HostGroup.FindHosts', { kind: 'missingRows', rows: 1 }],
    ['a page of devices is cut off', 'ChunkAccessor.GetItemsChunk', { kind: 'truncated' }],
  ])('%s', async (_, method, failure) => {
    const { account, server, pc, watch } = acme()
    for (let n = 0; n < 3; n++) server.addEvent({ ...virus, host: pc })
    Object.assign(pc, { statusId: 1, statusMask: 4 })
    const fault = account.faults.add({ ...failure, match: (call) => call.method === method })

    const found = await failureOf(
      watch.look(tenantOf(server), {
        events: { severities: ['critical'], afterId: null, lastDays: 1, most: 2_000 },
        devices: true,
      }),
    )

    expect(fault.fired).toBeGreaterThan(0)
    expect(['unavailable', 'rejected']).toContain(found.kind)
    expect(openAt(account).openSessions).toBe(0)
  })

  test('events that are lost once are read again from their start', async () => {
    const { account, server, pc, events } = acme()
    for (let n = 0; n < 3; n++) server.addEvent({ ...virus, host: pc })
    account.faults.add({
      kind: 'iteratorLost',
      match: ({ method }) => method === 'EventProcessing.GetRecordRange',
    })

    expect((await events()).items.length).toBe(3)
  })
})

async function failureOf(work: Promise<unknown>): Promise<VendorFailure> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof VendorError)) throw new Error('it did not fail as a vendor does', { cause: error })
  return error.failure
}
