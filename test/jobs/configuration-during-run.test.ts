import { beforeAll, expect, test, vi } from 'vitest'
import { wake } from '../../worker/jobs/wake.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { kscCalls, lineReads, patches, posts } from './calls.ts'
import { ended, patience, runAgain, runToEnd, untilTrue } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

test('what was planned under one mapping is not sent under the next', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  const elsewhere = msp.psa.addAgreement({ company: acme.companyId, name: 'Another' })
  msp.psa.faults.add({ kind: 'hang', ms: 700, match: lineReads(acme) })
  const { id } = await msp.start()
  await untilTrue('Acme is being planned', () => msp.psa.calls.some(lineReads(acme)))

  acme.mapping.agreementId = `${elsewhere.id}`
  await msp.save()
  const run = await ended(msp, id)

  expect(msp.lines(acme)).toEqual([])
  expect(msp.lines(elsewhere.id)).toEqual([['KES', 7]])
  expect(run.state).toBe('done')
  expect(await runAgain(msp)).toEqual([])
})

test('a company that can no longer be planned does not keep the run from ending, and its old plan is not sent', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  const slow = msp.customer('Slow', { workstations: 7 })
  const unreadable = msp.customer(
    'Unreadable',
    { workstations: 3 },
    { center: 'ksc2', billedWith: acme, mapped: false },
  )
  await runToEnd(msp)
  acme.uses({ workstations: 6 })
  msp.center.faults.add({ kind: 'resetBefore', times: 2, match: kscCalls(slow, 'LicenseKeys.EnumKeys') })
  const refusal = { kind: 'pxgError', code: 1, message: 'no', times: Infinity } as const
  msp.centers.ksc2?.faults.add({ ...refusal, match: kscCalls(unreadable, 'LicenseKeys.EnumKeys') })
  const { id } = await msp.start()
  await untilTrue('a decrease waits', async () => (await planned(msp)) === 1)

  msp.setup.mappings.push(unreadable.mapping)
  await msp.save()
  const run = await ended(msp, id)

  expect(msp.lines(acme)).toEqual([['KES', 7]])
  expect(run.problems).toMatchObject([{ code: 'source_incomplete', tenant: unreadable.tenant }])
  msp.centers.ksc2?.faults.clear()
  expect((await runToEnd(msp)).state).toBe('done')
  expect(msp.lines(acme)).toEqual([['KES', 9]])
})

test('billing that is switched off while a decrease waits leaves the line alone', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  const slow = msp.customer('Slow', { workstations: 7 })
  await runToEnd(msp)
  acme.uses({ workstations: 6 })
  msp.center.faults.add({ kind: 'resetBefore', times: 2, match: kscCalls(slow, 'LicenseKeys.EnumKeys') })
  const { id } = await msp.start()
  await untilTrue('a decrease waits', async () => (await planned(msp)) === 1)

  acme.mapping.billing = false
  await msp.save()
  await ended(msp, id)

  expect(msp.lines(acme)).toEqual([['KES', 7]])
  expect(msp.psa.calls.filter(patches(acme))).toEqual([])
})

test('a change that several people approve at the same moment, during a run, is written once', async () => {
  const msp = await openMsp(stack, { approval: 'everything' })
  const customers = ['A', 'B', 'C', 'D'].map((name) => msp.customer(name, { workstations: 7 }))
  const { changes } = await runToEnd(msp)

  const { id } = await msp.start()
  const approvals = await Promise.all(
    [...changes, ...changes, ...changes].map((change) =>
      msp.deps.decisions.approve([{ id: change.id, lineId: null }], 'test', new Date().toISOString()),
    ),
  )
  await wake(msp.deps, 'bill:cw')
  const run = await ended(msp, id)
  const fresh = run.changes.filter(({ state }) => state === 'held')
  for (const change of fresh) await msp.approve(change)
  await untilTrue('nothing is open', async () => (await open(msp)) === 0)

  expect(approvals.flat().length).toBeLessThanOrEqual(4)
  expect(customers.map((customer) => msp.lines(customer))).toEqual(customers.map(() => [['KES', 7]]))
  expect(msp.psa.calls.filter(posts())).toHaveLength(4)
  expect(await runAgain(msp)).toEqual([])
})

test('an approved write whose answer was lost is found out and not repeated', async () => {
  const msp = await openMsp(stack, { approval: 'everything' })
  const [landed, lost] = [
    msp.customer('Landed', { workstations: 7 }),
    msp.customer('Lost', { workstations: 7 }),
  ]
  const { changes } = await runToEnd(msp)
  msp.psa.faults.add({ kind: 'resetAfter', match: posts(landed) })
  msp.psa.faults.add({ kind: 'resetBefore', match: posts(lost) })

  for (const { id } of changes)
    await msp.deps.decisions.approve([{ id, lineId: null }], 'test', new Date().toISOString())
  await wake(msp.deps, 'bill:cw')
  await untilTrue('nothing is open', async () => (await open(msp)) === 0)

  expect([msp.lines(landed), msp.lines(lost)]).toEqual([[['KES', 7]], [['KES', 7]]])
  expect([msp.psa.calls.filter(posts(landed)).length, msp.psa.calls.filter(posts(lost)).length]).toEqual([
    1, 2,
  ])
})

test('no secret stands in the database in clear, whatever the vendors quote in their refusals', async () => {
  const msp = await openMsp(stack)
  const [acme, globex] = [
    msp.customer('Acme', { workstations: 7 }),
    msp.customer('Globex', { workstations: 7 }),
  ]
  const { publicKey, privateKey, clientId, companyId } = msp.psa
  const basic = btoa(`${companyId}+${publicKey}:${privateKey}`)
  const quoted = `${privateKey} ${publicKey} ${clientId} Basic ${basic}`
  const body = JSON.stringify({ code: 'Bad', message: quoted })
  msp.psa.faults.add({ kind: 'status', status: 400, body, match: posts(acme) })
  msp.center.faults.add({
    kind: 'pxgError',
    code: 1,
    message: msp.center.password,
    match: kscCalls(globex, 'LicenseKeys.EnumKeys'),
    times: Infinity,
  })

  const run = await runToEnd(msp)
  const stored = await everythingStored()

  expect(run.counts).toMatchObject({ failed: 1, incomplete: 1 })
  for (const secret of [privateKey, publicKey, clientId, basic, msp.center.password]) {
    expect(stored).not.toContain(secret)
  }
})

function planned(msp: Msp): Promise<number> {
  return msp.deps.changes.list({ state: 'planned' }, 10, null).then((changes) => changes.length)
}

async function open(msp: Msp): Promise<number> {
  const states = ['planned', 'held', 'sending', 'unknown'] as const
  const lists = await Promise.all(states.map((state) => msp.deps.changes.list({ state }, 100, null)))
  return lists.flat().length
}

async function everythingStored(): Promise<string> {
  const db = stack.db()
  const { results } = await db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
    .all<{ name: string }>()
  const tables = results
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('_') && !name.startsWith('sqlite'))
  const rows = await db.batch(tables.map((name) => db.prepare(`SELECT * FROM "${name}"`)))
  return JSON.stringify(rows.map((each) => each.results))
}
