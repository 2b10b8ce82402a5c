import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Line } from '../../worker/domain/agreement.ts'
import { isStructural } from '../../worker/domain/change.ts'
import { planCompany } from '../../worker/domain/plan.ts'
import { lineKey, type TenantUse, wantedLines } from '../../worker/domain/wanted.ts'
import { approveAll, emptyWorld, factsFrom, planFor, run, type World } from '../support/modelled-psa.ts'
import { productRules, today } from '../support/planning.ts'

const agreementIds = ['31', '32']
const productIds = ['501', '502', '503']
const applications = ['kes', 'edr', 'mail-server']
const tenantNames = ['ksc/anna', 'hub/bert', 'ksc/cleo']

const quantity = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 120 }))
const product = fc.option(fc.constantFrom(...productIds), { nil: null })

/** What an administrator maps: to which agreement each tenant goes, and to which product each application. */
const mapping = fc.record({
  billByCategory: fc.boolean(),
  agreements: fc.tuple(...tenantNames.map(() => fc.constantFrom(...agreementIds))),
  products: fc.tuple(
    ...applications.map(() =>
      fc.record({ all: product, workstation: product, server: product, other: product }),
    ),
  ),
})

/** What each tenant uses of each application: workstations, servers, others. */
const use = fc.tuple(
  ...tenantNames.map(() => fc.tuple(...applications.map(() => fc.tuple(quantity, quantity, quantity)))),
)

const indexes = fc.array(fc.nat({ max: 5 }), { maxLength: 3 })

type Mapping = typeof mapping extends fc.Arbitrary<infer T> ? T : never
type Use = typeof use extends fc.Arbitrary<infer T> ? T : never

/** An order that is drawn anew for each step. */
const order = fc.infiniteStream(fc.nat({ max: 1_000 })).map((stream) => (most: number) => {
  const drawn: number = stream.next().value ?? 0
  return drawn % (most + 1)
})

function tenantsOf({ agreements, billByCategory }: Mapping, used: Use, more: Partial<TenantUse> = {}) {
  return tenantNames.map(
    (tenant, at): TenantUse => ({
      tenant,
      gone: false,
      agreementId: agreements[at] ?? '31',
      manualQuantity: 'ask',
      priceLevelId: null,
      use: applications.flatMap((application, index) => {
        const [workstation = 0, server = 0, other = 0] = used[at]?.[index] ?? []
        const of = (category: 'all' | 'workstation' | 'server' | 'other', count: number) => ({
          application,
          category,
          quantity: count,
        })
        return billByCategory && application !== 'mail-server'
          ? [of('workstation', workstation), of('server', server), of('other', other)]
          : [of('all', workstation + server + other)]
      }),
      ...more,
    }),
  )
}

const rulesOf = ({ billByCategory, products }: Mapping) =>
  productRules(
    Object.fromEntries(applications.map((key, index) => [key, products[index] ?? {}])),
    billByCategory,
  )

/** A company whose bill agrees with `used`. */
function agreedWorld(mapped: Mapping, used: Use, pick: (most: number) => number): World {
  const world = emptyWorld(agreementIds, productIds)
  world.rules = rulesOf(mapped)
  world.tenants = tenantsOf(mapped, used)
  approveAll(world, pick)
  return world
}

function change(world: World, mapped: Mapping, used: Use, more: Partial<TenantUse> = {}): void {
  world.rules = rulesOf(mapped)
  world.tenants = tenantsOf(mapped, used, more)
}

/** Lines that a person made or changed by hand. */
const handiwork = fc.record({
  foreign: fc.array(
    fc.record({
      agreementId: fc.constantFrom(...agreementIds),
      productId: fc.constantFrom(...productIds, '999'),
      quantity,
      startsOn: fc.constantFrom('2026-01-01', '2026-09-01'),
      endsOn: fc.constantFrom(null, null, '2026-02-28', '2027-01-31'),
    }),
    { maxLength: 4 },
  ),
  changed: fc.array(fc.record({ at: fc.nat({ max: 5 }), quantity, ends: fc.boolean() }), { maxLength: 2 }),
})
type Handiwork = typeof handiwork extends fc.Arbitrary<infer T> ? T : never

function byHand(world: World, { foreign, changed }: Handiwork): void {
  for (const { at, quantity: to, ends } of changed) {
    const touched = world.lines[at]
    if (touched === undefined) continue
    const index = world.lines.indexOf(touched)
    world.lines[index] = ends ? { ...touched, endsOn: '2026-03-01' } : { ...touched, quantity: to }
  }
  world.lines.push(
    ...foreign.map((line, index) => ({ id: `9${index}`, priceLevelId: null, bookableOn: null, ...line })),
  )
}

/** What a person dismisses of what is held now. */
function dismiss(world: World, indexes: number[]): void {
  const held = planFor(world).changes.filter(({ reason }) => reason !== null && !isStructural(reason))
  for (const index of indexes) {
    const one = held[index]
    if (one) world.dismissed.set(lineKey(one), one.to)
  }
}

const unheld = (world: World) => planFor(world).changes.filter(({ reason }) => reason === null)
const isOpen = (line: Line) => line.endsOn === null || line.endsOn > today

/** The most that can be billed while a bill goes from one use to the other and each use is billed once. */
function mostBilled(before: TenantUse[], after: TenantUse[]): number {
  const isSplit = [before, after].every((tenants) =>
    tenants.some(({ use: used }) => used.some(({ category }) => category !== 'all')),
  )
  const totals = (tenants: TenantUse[]) => {
    const sums = new Map<string, number>()
    for (const { tenant, use: used } of tenants) {
      for (const { application, category, quantity: count } of used) {
        const key = JSON.stringify([tenant, application, isSplit ? category : 'all'])
        sums.set(key, (sums.get(key) ?? 0) + count)
      }
    }
    return sums
  }
  const was = totals(before)
  return [...totals(after)].reduce((sum, [key, now]) => sum + Math.max(now, was.get(key) ?? 0), 0)
}

const billed = (world: World) => world.lines.reduce((sum, { quantity: at }) => sum + at, 0)

describe('whatever is mapped, used and done by hand', () => {
  const situation = [
    fc.record({
      mapped: mapping,
      used: use,
      mappedNow: mapping,
      usedNow: use,
      hands: handiwork,
      gone: fc.subarray(tenantNames),
      manualQuantity: fc.constantFrom('ask' as const, 'overwrite' as const, 'keep' as const),
      approval: fc.constantFrom('automatic' as const, 'everything' as const),
      dismissed: indexes,
    }),
    order,
  ] as const

  function worldOf(
    drawn: {
      mapped: Mapping
      used: Use
      mappedNow: Mapping
      usedNow: Use
      hands: Handiwork
      gone: string[]
      manualQuantity: TenantUse['manualQuantity']
      approval: World['approval']
      dismissed: number[]
    },
    pick: (most: number) => number,
  ): World {
    const world = agreedWorld(drawn.mapped, drawn.used, pick)
    byHand(world, drawn.hands)
    change(world, drawn.mappedNow, drawn.usedNow, { manualQuantity: drawn.manualQuantity })
    world.tenants = world.tenants.map((one) => ({ ...one, gone: drawn.gone.includes(one.tenant) }))
    world.approval = drawn.approval
    dismiss(world, drawn.dismissed)
    return world
  }

  test('a plan carried out in any order leaves nothing to do', () => {
    fc.assert(
      fc.property(...situation, (drawn, pick) => {
        const world = worldOf(drawn, pick)

        run(world, pick)

        expect(unheld(world)).toEqual([])
      }),
    )
  })

  test('a second run plans what the first one held, and nothing else', () => {
    fc.assert(
      fc.property(...situation, (drawn, pick) => {
        const world = worldOf(drawn, pick)
        run(world, pick)
        const held = planFor(world)

        run(world, pick)

        expect(planFor(world)).toEqual(held)
      }),
    )
  })

  test('a line is named once in a plan, and what replaces another is held', () => {
    fc.assert(
      fc.property(...situation, (drawn, pick) => {
        const { changes, kept } = planFor(worldOf(drawn, pick))

        const keys = [...changes, ...kept].map(lineKey)
        expect(keys.length).toBe(new Set(keys).size)
        expect(changes.filter(({ replaces, reason }) => replaces.length > 0 && reason === null)).toEqual([])
      }),
    )
  })

  test('quantities are whole and never negative', () => {
    fc.assert(
      fc.property(...situation, (drawn, pick) => {
        const world = worldOf(drawn, pick)

        const numbers = planFor(world).changes.flatMap(({ from, to, replaces, parts }) => [
          from,
          to,
          ...replaces.flatMap((old) => [old.from, old.to, ...old.parts.map((part) => part.quantity)]),
          ...parts.map((part) => part.quantity),
        ])

        expect(numbers.filter((number) => !Number.isInteger(number) || number < 0)).toEqual([])
      }),
    )
  })

  test('lines that are neither ours nor adopted never change', () => {
    fc.assert(
      fc.property(...situation, (drawn, pick) => {
        const world = worldOf(drawn, pick)
        const before = [...world.lines]
        const once = new Set(world.own.map((own) => own.lineId))
        world.afterWrite = ({ own }) => {
          for (const { lineId } of own) once.add(lineId)
        }

        approveAll(world, pick)

        const strangers = before.filter(({ id }) => !once.has(id))
        expect(strangers.filter((line) => !world.lines.includes(line))).toEqual([])
        expect(before.filter((line) => !isOpen(line) && !world.lines.includes(line))).toEqual([])
      }),
    )
  })

  test('the order of tenants, lines and memories does not matter', () => {
    fc.assert(
      fc.property(...situation, (drawn, pick) => {
        const facts = factsFrom(worldOf(drawn, pick))
        const backwards = {
          ...facts,
          wanted: facts.wanted.toReversed().map((one) => ({ ...one, parts: one.parts.toReversed() })),
          lines: new Map([...facts.lines].map(([id, lines]) => [id, lines.toReversed()])),
          own: facts.own.toReversed().map((one) => ({ ...one, parts: one.parts.toReversed() })),
        }

        const essence = (given: typeof facts) => {
          const { changes, kept } = planCompany(given)
          return [
            ...changes.map(({ parts: _, replaces, ...rest }) =>
              JSON.stringify({
                ...rest,
                replaces: replaces.map(({ parts: __, ...old }) => JSON.stringify(old)).toSorted(),
              }),
            ),
            ...kept.map(({ parts: _, ...rest }) => JSON.stringify(rest)),
          ].toSorted()
        }
        expect(essence(backwards)).toEqual(essence(facts))
      }),
    )
  })
})

describe('when mapping and use change at once', () => {
  test('no use is billed twice at any moment, in whatever order it is approved', () => {
    fc.assert(
      fc.property(
        mapping,
        use,
        mapping,
        use,
        indexes,
        order,
        (mapped, used, mappedNow, usedNow, no, pick) => {
          const world = agreedWorld(mapped, used, pick)
          const before = world.tenants
          change(world, mappedNow, usedNow)
          dismiss(world, no)
          const most = mostBilled(before, world.tenants)
          world.afterWrite = () => expect(billed(world)).toBeLessThanOrEqual(most)

          approveAll(world, pick)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('nothing that is moved is ever billed beyond what is used', () => {
    fc.assert(
      fc.property(mapping, mapping, use, order, (mapped, mappedNow, used, pick) => {
        const world = agreedWorld(mapped, used, pick)
        change(world, mappedNow, used)
        const most = mostBilled(world.tenants, world.tenants)
        world.afterWrite = () => expect(billed(world)).toBeLessThanOrEqual(most)

        approveAll(world, pick)
      }),
      { numRuns: 500 },
    )
  })

  test('approving everything ends with every line at its use', () => {
    fc.assert(
      fc.property(
        mapping,
        use,
        mapping,
        use,
        handiwork,
        order,
        (mapped, used, mappedNow, usedNow, hands, pick) => {
          const world = agreedWorld(mapped, used, pick)
          byHand(world, hands)
          change(world, mappedNow, usedNow)

          approveAll(world, pick)

          for (const wanted of wantedLines(world.tenants, world.rules, world.own)) {
            const own = world.own.find((one) => lineKey(one) === lineKey(wanted))
            const line = world.lines.find(({ id }) => id === own?.lineId)
            const at = line && isOpen(line) ? line.quantity : 0
            expect(at).toBe(wanted.quantity)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
