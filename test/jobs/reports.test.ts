import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Msp, openMsp } from '../support/msp.ts'
import { dayAgo, withHub } from '../support/reports.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { patience } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
let msp: Msp
let hub: ReturnType<typeof withHub>
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})
beforeEach(async () => {
  msp = await openMsp(stack)
  hub = withHub(msp)
})

const codesOf = (run: { problems: { code: string }[] }) => run.problems.map(({ code }) => code)

describe('a workspace', () => {
  test('is billed for users and mailboxes, and a second run writes nothing', async () => {
    const anna = hub.workspace('anna')
    const ben = hub.workspace('ben')
    await hub.report([
      ['anna', 'kes-cloud-plus', 'user', 25],
      ['anna', 'Kaspersky Security for Microsoft Office 365', 'mailbox', 40],
      ['ben', 'kes-cloud', 'device', '', [8, 2, 32]],
    ])

    const run = await msp.run()

    expect(msp.lines(anna.agreementId)).toEqual([
      ['KES-CLOUD', 25],
      ['M365', 40],
    ])
    expect(msp.lines(ben.agreementId)).toEqual([['KES-CLOUD', 16]])
    expect(run).toMatchObject({ state: 'done', problems: [], counts: { tenants: 2, created: 3 } })

    msp.writes()
    const second = await msp.run()
    expect(msp.writes()).toEqual([])
    expect(second).toMatchObject({ state: 'done', counts: { unchanged: 3 } })
  })

  test('follows the newest report, and goes back with it', async () => {
    const anna = hub.workspace('anna')
    await hub.report([['anna', 'kes-cloud', 'user', 25]], { asOf: dayAgo(1) })
    await msp.run()
    await hub.report([['anna', 'kes-cloud', 'user', 28]])
    await msp.run()
    expect(msp.lines(anna.agreementId)).toEqual([['KES-CLOUD', 28]])

    const undone = await msp.api.post('/api/sources/hub/report/undo')
    await msp.run()

    expect(undone.status).toBe(200)
    expect(msp.lines(anna.agreementId)).toEqual([['KES-CLOUD', 25]])
  })

  test('under an old licence is billed for its devices, by category or not', async () => {
    msp.setup.billByCategory = true
    const anna = hub.workspace('anna')
    await hub.report([['anna', 'kes-cloud', 'device', 25]])

    await msp.run()

    expect(msp.lines(anna.agreementId)).toEqual([['KES-CLOUD', 25]])
  })

  test('that the report no longer names keeps its number until a person decides', async () => {
    const anna = hub.workspace('anna')
    hub.workspace('ben')
    await hub.report([
      ['anna', 'kes-cloud', 'user', 4],
      ['ben', 'kes-cloud', 'user', 9],
    ])
    await msp.run()
    await hub.report([['ben', 'kes-cloud', 'user', 9]])

    const run = await msp.run()

    expect(msp.lines(anna.agreementId)).toEqual([['KES-CLOUD', 4]])
    expect(run.told).toEqual(['set KES-CLOUD 4 → 0: held, tenant_gone'])
    expect(codesOf(run)).toEqual(['tenant_gone'])
    expect(run.problems[0]?.message).toContain('ANNA is not in the report')

    await msp.approve(run.changes[0])
    expect(msp.lines(anna.agreementId)).toEqual([['KES-CLOUD', 0]])
  })
})

describe('a customer with a virtual server and a workspace', () => {
  test('gets one line for what both use of one product', async () => {
    const acme = msp.customer('Acme', { workstations: 30 })
    hub.workspace('acme', acme)
    await hub.report([
      ['acme', 'kes-business-advanced', 'device', 12],
      ['acme', 'kes-cloud', 'user', 5],
    ])

    await msp.run()

    expect(msp.lines(acme)).toEqual([
      ['KES', 42],
      ['KES-CLOUD', 5],
    ])
  })

  test('keeps just the lines of the workspace while its report is too old', async () => {
    const acme = msp.customer('Acme', { workstations: 30 })
    hub.workspace('acme', acme)
    await hub.report([['acme', 'kes-cloud', 'user', 5]])
    await msp.run()
    acme.uses({ workstations: 33 })
    await hub.report([['acme', 'kes-cloud', 'user', 50]], { asOf: dayAgo(3) })

    const run = await msp.run()

    expect(msp.lines(acme)).toEqual([
      ['KES', 33],
      ['KES-CLOUD', 5],
    ])
    expect(run.state).toBe('done_with_problems')
    expect(codesOf(run)).toEqual(['source_stale'])
    expect(run.problems[0]?.message).toContain(
      `ACME is known by a report of ${dayAgo(3)} only, 3 days ago; at most 2 are allowed.`,
    )
  })

  test('keeps the line that both feed while either is not known', async () => {
    const acme = msp.customer('Acme', { workstations: 30 })
    hub.workspace('acme', acme)
    await hub.report([['acme', 'kes-business-advanced', 'device', 12]])
    await msp.run()
    acme.uses({ workstations: 33 })
    await hub.report([['acme', 'kes-business-advanced', 'device', 20]], { asOf: dayAgo(5) })

    const run = await msp.run()

    expect(msp.lines(acme)).toEqual([['KES', 42]])
    expect(run.changes).toEqual([])
  })

  test('keeps what was held for the workspace, whatever becomes of the virtual server', async () => {
    const acme = msp.customer('Acme', { workstations: 30 })
    hub.workspace('acme', acme)
    await hub.report([['acme', 'kes-cloud', 'user', 50]])
    await msp.run()
    await hub.report([['acme', 'kes-cloud', 'user', 10]])
    expect((await msp.run()).told).toEqual(['set KES-CLOUD 50 → 10: held, fell_sharply'])
    acme.uses({ workstations: 31 })
    await hub.report([['acme', 'kes-cloud', 'user', 10]], { asOf: dayAgo(4) })

    const run = await msp.run()

    expect(run.told).toEqual(['set KES 30 → 31: verified'])
    expect(msp.told(await msp.held())).toEqual(['set KES-CLOUD 50 → 10: held, fell_sharply'])
  })

  test('cannot have a held change of the workspace carried out while its report is too old', async () => {
    const acme = msp.customer('Acme', { workstations: 30 })
    hub.workspace('acme', acme)
    await hub.report([['acme', 'kes-cloud', 'user', 50]])
    await msp.run()
    await hub.report([['acme', 'kes-cloud', 'user', 10]])
    const [held] = (await msp.run()).changes
    await hub.report([['acme', 'kes-cloud', 'user', 10]], { asOf: dayAgo(4) })
    await msp.run()

    const after = await msp.approve(held)

    expect(after.state).toBe('held')
    expect(msp.lines(acme)).toEqual([
      ['KES', 30],
      ['KES-CLOUD', 50],
    ])
  })
})

describe('devices that are billed by category', () => {
  beforeEach(() => {
    msp.setup.billByCategory = true
  })

  test('are three lines where the report tells them apart', async () => {
    const anna = hub.workspace('anna')
    await hub.report([['anna', 'kes-business-advanced', 'device', 12, [9, 2, 1]]])

    await msp.run()

    expect(msp.lines(anna.agreementId)).toEqual([
      ['KES workstation', 9],
      ['KES server', 2],
      ['KES other', 1],
    ])
  })

  test('are not billed where it does not, and the run says what the report lacks', async () => {
    const anna = hub.workspace('anna')
    await hub.report([['anna', 'kes-business-advanced', 'device', 12]])

    const run = await msp.run()

    expect(msp.lines(anna.agreementId)).toEqual([])
    expect(codesOf(run)).toEqual(['source_incomplete'])
    expect(run.problems[0]?.message).toContain(
      'its report does not tell workstations, servers and other devices of kes-business-advanced apart',
    )
  })

  test('an application that nobody knows is not split where it is licensed by user', async () => {
    msp.setup.map.push({
      application: 'kaspersky-next-mxdr',
      all: `${hub.products.cloud}`,
      workstation: null,
      server: null,
      other: null,
    })
    const anna = hub.workspace('anna')
    await hub.report([['anna', 'Kaspersky Next MXDR', 'user', 11]])

    await msp.run()

    expect(msp.lines(anna.agreementId)).toEqual([['KES-CLOUD', 11]])
  })
})

test('without any report bills stay as they are, and the run says what is missing', async () => {
  const acme = msp.customer('Acme', { workstations: 30 })
  hub.workspace('acme', acme)

  const run = await msp.run()

  expect(msp.lines(acme)).toEqual([['KES', 30]])
  expect(codesOf(run)).toEqual(['source_incomplete'])
  expect(run.problems[0]?.message).toContain('no licence report has been uploaded yet')
})
