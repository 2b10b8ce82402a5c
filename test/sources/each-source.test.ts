import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UsageSource } from '../../worker/sources/port.ts'
import { VendorError } from '../../worker/vendor/error.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { dayAgo, withHub } from '../support/reports.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { type FeedServer, startFeed } from '../vendors/hub/feed.ts'

let stack: Stack
let feed: FeedServer
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
  feed = await startFeed()
})
afterAll(() => feed.close())
beforeEach(async () => {
  msp = await openMsp(stack)
  feed.faults.clear()
})

const advanced = 'kes-business-advanced'

/** One way to tell of Acme, with 9 workstations, 2 servers and 1 other device, and of Birch, with nothing. */
interface Telling {
  connection: string
  prepare(): Promise<void>
  /** From now on nothing is answered whole. */
  breakOff(): void
}

const security: () => Telling = () => ({
  connection: 'ksc',
  async prepare() {
    msp.customer('ACME', { workstations: 9, servers: 2, others: 1 })
    msp.customer('BIRCH', {})
    await msp.save()
  },
  breakOff: () => {
    msp.center.faults.add({ match: () => true, kind: 'truncated', times: Number.POSITIVE_INFINITY })
  },
})

const uploaded: () => Telling = () => {
  const hub = withHub(msp)
  return {
    connection: 'hub',
    async prepare() {
      await hub.report([
        ['acme', advanced, 'device', 12, [9, 2, 1]],
        ['birch', advanced, 'device', 0],
      ])
    },
    breakOff: () => undefined,
  }
}

const fed: () => Telling = () => {
  withHub(msp)
  const [connection] = msp.setup.hubs
  if (connection) connection.baseUrl = feed.url
  return {
    connection: 'hub',
    async prepare() {
      const counts = { workstations: 9, servers: 2, other: 1 }
      feed.state = {
        asOf: dayAgo(0),
        companies: [
          {
            id: 'acme',
            name: 'ACME',
            kind: 'workspace',
            applications: [{ application: advanced, unit: 'device', quantity: 12, ...counts }],
          },
          { id: 'birch', name: 'BIRCH', kind: 'workspace', applications: [] },
        ],
      }
      await msp.save()
    },
    breakOff: () => {
      feed.hasEtag = false
      feed.faults.add({ match: () => true, kind: 'truncated', times: Number.POSITIVE_INFINITY })
    },
  }
}

describe.each([
  ['Security Center', security],
  ['an uploaded report', uploaded],
  ['a feed', fed],
])('%s', (_, telling) => {
  let way: Telling
  beforeEach(async () => {
    way = telling()
    await way.prepare()
  })

  const adapter = async (): Promise<UsageSource> => (await msp.deps.source(way.connection)).adapter
  const usageOf = async (name: string, split: boolean) => {
    const source = await adapter()
    const tenant = (await source.tenants()).find((one) => one.name === name)
    if (tenant === undefined) throw new Error(`${name} is not listed`)
    const { quantities } = await source.usage(tenant, { split, onUtcDay: dayAgo(0) })
    return quantities.filter(({ quantity }) => quantity > 0)
  }

  test('lists every tenant, also those that use nothing', async () => {
    const tenants = await (await adapter()).tenants()

    expect(tenants.map(({ name, enabled }) => [name, enabled]).toSorted()).toEqual([
      ['ACME', true],
      ['BIRCH', true],
    ])
    expect(await usageOf('BIRCH', true)).toEqual([])
  })

  test('tells 12 devices as one number, or by category where that is wanted', async () => {
    expect(await usageOf('ACME', false)).toEqual([{ application: advanced, category: 'all', quantity: 12 }])
    expect(await usageOf('ACME', true)).toEqual([
      { application: advanced, category: 'workstation', quantity: 9 },
      { application: advanced, category: 'server', quantity: 2 },
      { application: advanced, category: 'other', quantity: 1 },
    ])
  })

  test('fails for a tenant that it does not know, rather than saying that nothing is used', async () => {
    const source = await adapter()
    const nobody = { id: 'nobody', name: 'Nobody', kind: 'workspace' as const, enabled: true }

    const reading = source.usage(nobody, { split: false, onUtcDay: dayAgo(0) })

    await expect(reading).rejects.toBeInstanceOf(VendorError)
  })

  test('is fine when it is checked', async () => {
    expect(await (await adapter()).check()).toMatchObject({ ok: true, problems: [] })
  })
})

test.each([
  ['Security Center', security],
  ['a feed', fed],
])('%s that is cut off fails, and its check says so', async (_, telling) => {
  const way = telling()
  await way.prepare()
  way.breakOff()
  const source = (await msp.deps.source(way.connection)).adapter

  await expect(source.tenants()).rejects.toBeInstanceOf(VendorError)
  expect(await source.check()).toMatchObject({ ok: false, problems: [{ message: expect.any(String) }] })
})
