import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UsageQuantity } from '../../worker/domain/usage.ts'
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
  feed.token = null
  feed.hasEtag = true
})

const advanced = 'kes-business-advanced'

/** One way to tell of Acme, with 9 workstations, 2 servers and 1 other device, and of Birch, with nothing. */
interface Telling {
  connection: string
  prepare(): Promise<void>
  /** After so many whole answers none is whole any more. */
  breakOff(after: number): void
  /** From now on it asks for another password or token. */
  changeLocks(): void
}

const security: () => Telling = () => ({
  connection: 'ksc',
  async prepare() {
    msp.customer('ACME', { workstations: 9, servers: 2, others: 1 })
    msp.customer('BIRCH', {})
    await msp.save()
  },
  breakOff: (after) => {
    msp.center.faults.clear()
    msp.center.faults.add({ match: () => true, kind: 'truncated', after, times: Number.POSITIVE_INFINITY })
  },
  changeLocks: () => {
    msp.center.password = 'another one'
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
    changeLocks: () => undefined,
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
    breakOff: (after) => {
      feed.hasEtag = false
      feed.faults.clear()
      feed.faults.add({ match: () => true, kind: 'truncated', after, times: Number.POSITIVE_INFINITY })
    },
    changeLocks: () => {
      feed.token = 'another one'
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

  const adapter = () => adapterOf(way)
  const usageOf = (name: string, split: boolean) => usageOfTenant(way, name, split)

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

describe.each([
  ['Security Center', security],
  ['a feed', fed],
])('%s', (_, telling) => {
  let way: Telling
  beforeEach(async () => {
    way = telling()
    await way.prepare()
  })

  test('that is cut off fails, and its check says so', async () => {
    way.breakOff(0)
    const source = await adapterOf(way)

    await expect(source.tenants()).rejects.toBeInstanceOf(VendorError)
    expect(await source.check()).toMatchObject({ ok: false, problems: [{ message: expect.any(String) }] })
  })

  test('tells all of a use or fails, wherever it is cut off', async () => {
    const told = new Set<string>()

    for (let answers = 0; answers < 50 && !told.has('9 2 1'); answers++) {
      way.breakOff(answers)
      told.add(await outcome(usageOfTenant(way, 'ACME', true)))
    }

    expect([...told].toSorted()).toEqual(['9 2 1', 'failed'])
  })

  test('that refuses us says so in words, without the secret', async () => {
    const sent = msp.center.password
    way.changeLocks()
    const source = await adapterOf(way)

    const { ok, problems } = await source.check()

    await expect(source.tenants()).rejects.toMatchObject({ failure: { kind: 'unauthorized' } })
    expect([ok, problems.length]).toEqual([false, 1])
    expect(problems[0]?.message).toMatch(/refused .*\. Enter /)
    expect(JSON.stringify(problems)).not.toContain(sent)
  })
})

async function adapterOf(way: Telling): Promise<UsageSource> {
  return (await msp.deps.source(way.connection)).adapter
}

/** What it uses, but for what it uses none of. */
async function usageOfTenant(way: Telling, name: string, split: boolean): Promise<UsageQuantity[]> {
  const source = await adapterOf(way)
  const tenant = (await source.tenants()).find((one) => one.name === name)
  if (tenant === undefined) throw new Error(`${name} is not listed`)
  const { quantities } = await source.usage(tenant, { split, onUtcDay: dayAgo(0) })
  return quantities.filter(({ quantity }) => quantity > 0)
}

/** The numbers; or that it failed as a vendor does. */
async function outcome(reading: Promise<UsageQuantity[]>): Promise<string> {
  try {
    return (await reading).map(({ quantity }) => quantity).join(' ')
  } catch (error) {
    if (error instanceof VendorError) return 'failed'
    throw error
  }
}
