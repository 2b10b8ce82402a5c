import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Deps } from '../../worker/deps.ts'
import type { NewReport } from '../../worker/sources/hub/report.ts'
import { openMsp } from '../support/msp.ts'
import { withHub } from '../support/reports.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let deps: Deps
let hub: ReturnType<typeof withHub>
beforeAll(async () => {
  stack = await startStack()
})
beforeEach(async () => {
  const msp = await openMsp(stack)
  hub = withHub(msp)
  deps = msp.deps
})

const report = (id: string, receivedAt: string): NewReport => ({
  id,
  connection: 'hub',
  origin: 'upload',
  receivedAt,
  receivedBy: 'tess (cw)',
  fileName: null,
  address: null,
})

const acme = { id: 'acme', name: 'Acme', kind: 'workspace' as const, row: 2 }
const use = {
  companyId: 'acme',
  company: 'Acme',
  kind: 'workspace' as const,
  application: 'kes-cloud',
  applicationName: 'Kaspersky Endpoint Security Cloud',
  licenceName: 'kes-cloud',
  unit: 'user' as const,
  quantity: 3,
  counts: null,
  leftOut: null,
  row: 2,
  items: [{ id: 'pc-1', name: 'PC-1', category: 'workstation' as const }],
}

async function rowsLeft(): Promise<number[]> {
  const tables = ['report', 'report_company', 'report_use', 'report_item']
  return Promise.all(
    tables.map(async (table) => (await stack.db().prepare(`SELECT * FROM ${table}`).run()).results.length),
  )
}

test('a report that never came to its end is seen by nobody, and cleared away by a later one', async () => {
  await hub.report([['ben', 'kes-cloud', 'user', 9]])
  await deps.reports.begin(report('half', '2026-11-25T10:00:00.000Z'), '2026-11-25T09:00:00.000Z')
  await deps.reports.add('half', { companies: [acme], uses: [use] })

  const inForce = await deps.reports.current('hub')
  const tenants = await deps.reports.tenantsOf(inForce?.id ?? '')
  expect(tenants.map(({ name }) => name)).toEqual(['BEN'])
  expect(await deps.reports.list('hub', 10, null)).toHaveLength(1)
  expect(await rowsLeft()).toEqual([2, 2, 2, 1])

  await deps.reports.begin(report('soon', '2026-11-25T10:30:00.000Z'), '2026-11-25T09:30:00.000Z')
  expect(await rowsLeft()).toEqual([3, 2, 2, 1])
  await deps.reports.begin(report('later', '2026-11-25T12:00:00.000Z'), '2026-11-25T11:00:00.000Z')
  expect(await rowsLeft()).toEqual([2, 1, 1, 0])
})

test('what a report that was dropped had laid down is gone', async () => {
  await deps.reports.begin(report('half', '2026-11-25T10:00:00.000Z'), '2026-11-25T09:00:00.000Z')
  await deps.reports.add('half', { companies: [acme], uses: [use] })

  await deps.reports.drop('half')

  expect(await rowsLeft()).toEqual([0, 0, 0, 0])
})

test('reports of long ago are forgotten once nothing was read from them any more', async () => {
  await hub.report([['ben', 'kes-cloud', 'user', 9]], { asOf: '2025-01-01' })
  await hub.report([['ben', 'kes-cloud', 'user', 8]], { asOf: '2025-01-02' })

  await deps.reports.prune('2026-01-01')

  expect((await deps.reports.list('hub', 10, null)).map(({ asOf, state }) => [asOf, state])).toEqual([
    ['2025-01-02', 'current'],
  ])
})
