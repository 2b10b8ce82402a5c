import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportedUsage, usersOf } from '../../worker/domain/reported-usage.ts'
import type { ReportedItem, ReportedUse } from '../../worker/domain/reported-use.ts'

function use(application: string, quantity: number, more: Partial<ReportedUse> = {}): ReportedUse {
  return {
    companyId: 'c1',
    company: 'Acme Ltd',
    kind: 'workspace',
    application,
    applicationName: application,
    licenceName: application,
    unit: 'user',
    quantity,
    counts: null,
    leftOut: null,
    ...more,
  }
}

function counts(workstations: number, servers: number, other: number) {
  return { workstations, servers, other }
}

const device = (id: string, category: ReportedItem['category']) => ({
  id,
  name: id.toUpperCase(),
  category,
  application: 'kes-business-select',
})

function usage(uses: ReportedUse[], split = false, items: (ReportedItem & { application: string })[] = []) {
  return reportedUsage({ reportId: 'r1', uses, items }, split)
}

describe('users of Endpoint Security Cloud', () => {
  test.each([
    [counts(8, 2, 12), 10],
    [counts(8, 2, 32), 16],
    [counts(8, 2, 33), 17],
    [counts(0, 0, 1), 1],
    [counts(0, 0, 0), 0],
  ])('%o are %i users', (devices, users) => {
    expect(usersOf(devices)).toBe(users)
  })

  test('are computed where a report states devices by kind, and keep what they were computed from', () => {
    const { quantities, applications } = usage([
      use('kes-cloud-plus', 42, { unit: 'device', counts: counts(8, 2, 32) }),
    ])

    expect(quantities).toEqual([
      { application: 'kes-cloud-plus', category: 'all', quantity: 16, basis: counts(8, 2, 32) },
    ])
    expect(applications).toEqual([{ key: 'kes-cloud-plus', name: 'kes-cloud-plus', unit: 'user' }])
  })

  test('are taken as they stand where a report states users', () => {
    const { quantities } = usage([use('kes-cloud-plus', 42, { counts: counts(8, 2, 32) })])

    expect(quantities).toEqual([{ application: 'kes-cloud-plus', category: 'all', quantity: 42 }])
  })

  test('are devices under an old licence, which states no kinds of devices', () => {
    const { quantities, applications } = usage([use('kes-cloud', 25, { unit: 'device' })], true)

    expect(quantities).toEqual([{ application: 'kes-cloud', category: 'all', quantity: 25, unit: 'device' }])
    expect(applications[0]?.unit).toBe('user')
  })

  test('never are fewer than computers, nor fewer than half of the mobile devices', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(5_000), fc.nat(5_000), (workstations, servers, other) => {
        const users = usersOf({ workstations, servers, other })

        expect(users).toBeGreaterThanOrEqual(workstations + servers)
        expect(users * 2).toBeGreaterThanOrEqual(other)
        expect(users === workstations + servers || (users - 1) * 2 < other).toBe(true)
      }),
    )
  })
})

describe('devices that a report tells apart', () => {
  const select = use('kes-business-select', 12, { unit: 'device', counts: counts(9, 2, 1) })

  test('are three numbers where the bill is made by category, and one where it is not', () => {
    expect(usage([select], true).quantities.map(({ category, quantity }) => [category, quantity])).toEqual([
      ['workstation', 9],
      ['server', 2],
      ['other', 1],
    ])
    expect(usage([select], false).quantities).toEqual([
      { application: 'kes-business-select', category: 'all', quantity: 12 },
    ])
  })

  test('may be told apart by the devices that are named', () => {
    const items = [device('pc-1', 'workstation'), device('pc-2', 'workstation'), device('srv-1', 'server')]

    const { quantities } = usage([use('kes-business-select', 3, { unit: 'device' })], true, items)

    expect(quantities.map(({ quantity }) => quantity)).toEqual([2, 1, 0])
  })

  test('stay together where one of them has no category, or one is not named', () => {
    const [first, second] = [device('pc-1', 'workstation'), device('pc-2', null)]

    for (const items of [[first, second], [first]]) {
      const { quantities } = usage([use('kes-business-select', 2, { unit: 'device' })], true, items)
      expect(quantities).toEqual([{ application: 'kes-business-select', category: 'all', quantity: 2 }])
    }
  })

  test('are never told apart for users and mailboxes', () => {
    const { quantities } = usage([use('office-365', 40, { unit: 'mailbox' }), use('new-thing', 7)], true)

    expect(quantities).toEqual([
      { application: 'new-thing', category: 'all', quantity: 7 },
      { application: 'office-365', category: 'all', quantity: 40 },
    ])
  })
})

test('what is named behind a number is its evidence', () => {
  const mailboxes = ['anna', 'ben'].map((id) => ({
    id,
    name: `${id}@acme.example`,
    category: null,
    application: 'office-365',
  }))

  const { items } = usage([use('office-365', 2, { unit: 'mailbox' })], true, mailboxes)

  expect(items.map(({ id, name, category, leftOut }) => [id, name, category, leftOut])).toEqual([
    ['anna', 'anna@acme.example', 'all', null],
    ['ben', 'ben@acme.example', 'all', null],
  ])
})

test('a licence that does not count is kept with its reason, beside the one that does', () => {
  const { quantities, items } = usage([
    use('kes-cloud', 30),
    use('kes-cloud', 12, { leftOut: 'expired', licenceName: 'Kaspersky Endpoint Security Cloud, 2024' }),
    use('kes-cloud-pro', 5, { leftOut: 'trial', licenceName: 'Kaspersky Endpoint Security Cloud Pro' }),
  ])

  expect(quantities).toEqual([
    { application: 'kes-cloud', category: 'all', quantity: 30 },
    { application: 'kes-cloud-pro', category: 'all', quantity: 0 },
  ])
  expect(items.map(({ name, application, leftOut }) => [name, application, leftOut])).toEqual([
    ['Kaspersky Endpoint Security Cloud, 2024: 12', 'kes-cloud', 'expired'],
    ['Kaspersky Endpoint Security Cloud Pro: 5', 'kes-cloud-pro', 'trial'],
  ])
})

test('whatever the order of rows, the same is read', () => {
  const uses = [
    use('office-365', 40, { unit: 'mailbox' }),
    use('kes-cloud', 30),
    use('kes-cloud', 3, { leftOut: 'trial' }),
    use('kes-business-select', 4, { unit: 'device', counts: counts(2, 1, 1) }),
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(uses, { minLength: uses.length }), fc.boolean(), (shuffled, split) => {
      expect(usage(shuffled, split)).toEqual(usage(uses, split))
    }),
  )
})
