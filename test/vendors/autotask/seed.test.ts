import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask

beforeAll(async () => {
  at = await startAutotask({ now: () => new Date('2026-03-17T09:30:00Z') })
})
afterAll(() => at.close())

test('the seed has every variety that matters', async () => {
  const account = at.account()

  const { expired, renewed, doubled, bundled, mixed, orphaned, monthEnd, inactiveCompany } = account.seed()

  expect(expired).toMatchObject({ endDate: '2025-12-31T00:00:00Z', companyID: renewed.companyID })
  expect(account.unitsOf(expired)).toEqual([])
  expect(account.unitsOf(renewed)).toMatchObject([{ units: 25 }])
  const [one, other] = account.unitsOf(doubled)
  expect([one?.serviceID === other?.serviceID, one?.contractServiceID === other?.contractServiceID]).toEqual([
    true,
    false,
  ])
  expect(account.unitsOf(bundled)).toEqual([])
  expect(account.timeline(account.unitsOf(mixed)[0]?.contractServiceID ?? 0)).toHaveLength(1)
  expect(account.timeline(account.unitsOf(monthEnd)[0]?.contractServiceID ?? 0)).toMatchObject([
    { startDate: '2026-01-31', endDate: '2026-02-27' },
    { startDate: '2026-02-28', endDate: '2026-03-30' },
    { startDate: '2026-03-31' },
    { startDate: '2026-04-30' },
  ])
  expect(await call(account, `/Contracts/${orphaned.id}/ServiceUnits`)).toMatchObject({
    json: { items: [1, 2, 3, 4, 5].map(() => ({ contractServiceID: null, units: 3 })) },
  })
  expect(inactiveCompany).toMatchObject({ isActive: false })
  expect(
    await call(account, '/Companies/query/count', { body: { filter: [{ op: 'exist', field: 'id' }] } }),
  ).toMatchObject({ json: { queryCount: 508 } })
})
