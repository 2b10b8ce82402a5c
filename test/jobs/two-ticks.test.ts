import { beforeAll, expect, test, vi } from 'vitest'
import { buryDead } from '../../worker/jobs/dead-letters.ts'
import { resume, tick } from '../../worker/jobs/schedule.ts'
import { startRun } from '../../worker/jobs/start-run.ts'
import { type Msp, monday, openMsp, tuesday } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { patches } from './calls.ts'
import { ended, patience, runAgain, runToEnd } from './waiting.ts'

vi.setConfig({ testTimeout: patience })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ leaseSeconds: 1 })
})

test('twenty ticks at once and one more start one run of the day', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  await msp.save()
  const at = new Date(`${monday}T03:15:00Z`)

  await Promise.all(Array.from({ length: 20 }, () => tick(msp.deps, at)))
  const [run, ...others] = await msp.deps.runs.list(10, null)
  await ended(msp, run?.id ?? '')
  await tick(msp.deps, new Date(`${monday}T23:45:00Z`))

  expect(others).toEqual([])
  expect(await msp.deps.runs.list(10, null)).toMatchObject([{ day: monday, trigger: 'cron', state: 'done' }])
  expect(msp.lines(acme)).toEqual([['KES', 7]])
})

test('runs that are asked for at the same moment are one', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  await msp.save()

  const started = await Promise.all(
    Array.from({ length: 8 }, () =>
      startRun(msp.deps, { trigger: 'manual', day: monday, dryRun: false, tenants: null }),
    ),
  )

  const [run, ...others] = started.filter((each) => each !== null)
  expect(others).toEqual([])
  expect((await ended(msp, run?.id ?? '')).state).toBe('done')
  expect(msp.lines(acme)).toEqual([['KES', 7]])
})

test('a run older than 20 hours is given up, and the next one brings its lost answers to an end', async () => {
  const msp = await openMsp(stack)
  const [acme, globex] = [
    msp.customer('Acme', { workstations: 7 }),
    msp.customer('Globex', { workstations: 7 }),
  ]
  await runToEnd(msp)
  acme.uses({ workstations: 9 })
  globex.uses({ workstations: 6 })
  msp.psa.faults.add({ kind: 'resetAfter', match: patches(acme) })
  msp.center.faults.add({ kind: 'hang', ms: 500, match: ({ server }) => server === globex.server.uid })
  const stuck = await msp.start()
  await untilUnknown(msp)
  const longAgo = new Date(Date.now() - 21 * 3_600_000).toISOString()
  await stack.db().prepare('UPDATE run SET created_at = ?1 WHERE id = ?2').bind(longAgo, stuck.id).run()

  await tick(msp.deps, new Date(`${tuesday}T03:15:00Z`))
  const [next] = await msp.deps.runs.list(1, null)
  const run = await ended(msp, next?.id ?? '')

  const givenUp = await msp.deps.runs.get(stuck.id)
  expect(givenUp).toMatchObject({ state: 'failed', problems: [{ code: 'run_too_long' }] })
  expect(run).toMatchObject({ day: tuesday, trigger: 'cron', state: 'done' })
  expect([msp.lines(acme), msp.lines(globex)]).toEqual([[['KES', 9]], [['KES', 6]]])
  expect(msp.psa.calls.filter(patches(acme))).toHaveLength(1)
  expect(await runAgain(msp)).toEqual([])
})

test('what crashed three times is skipped with a problem: a tenant is incomplete, a company keeps its bill', async () => {
  const msp = await openMsp(stack)
  const [acme, globex, well] = [
    msp.customer('Acme', { workstations: 7 }),
    msp.customer('Globex', { workstations: 7 }),
    msp.customer('Well', { workstations: 7 }),
  ]
  await msp.save()
  const at = new Date().toISOString()
  await msp.deps.runs.create({ id: 'r', day: monday, trigger: 'manual', dryRun: false, tenants: null, at })
  await stack
    .db()
    .batch([
      stack
        .db()
        .prepare(
          `INSERT INTO run_tenant (run_id, connection, tenant_id, state, attempts) VALUES ('r', 'ksc', ?1, 'waiting', 3)`,
        )
        .bind(acme.server.uid),
      stack
        .db()
        .prepare(
          `INSERT INTO run_company (run_id, connection, company_id, state, attempts) VALUES ('r', 'cw', ?1, 'ready', 3)`,
        )
        .bind(`${globex.companyId}`),
    ])

  await resume(msp.deps)
  const run = await ended(msp, 'r')

  expect([acme, globex, well].map((customer) => msp.lines(customer))).toEqual([[], [], [['KES', 7]]])
  expect(run.state).toBe('done_with_problems')
  expect(run.problems).toMatchObject([
    { code: 'billing_crashed', company: `${globex.companyId}` },
    { code: 'source_incomplete', tenant: acme.tenant },
  ])
  expect((await runToEnd(msp)).state).toBe('done')
  expect([acme, globex].map((customer) => msp.lines(customer))).toEqual([[['KES', 7]], [['KES', 7]]])
})

test('a message that ends among the dead letters is a problem of the run and does not end it', async () => {
  const msp = await openMsp(stack)
  const acme = msp.customer('Acme', { workstations: 7 })
  msp.center.faults.add({ kind: 'hang', ms: 600, match: () => true })
  const { id } = await msp.start()

  await buryDead(msp.deps, { chain: 'collect:ksc', step: 1 })
  await buryDead(msp.deps, { chain: 'collect:ksc', step: 1 })
  const run = await ended(msp, id)

  expect(run.state).toBe('done_with_problems')
  expect(run.problems.map(({ code }) => code)).toEqual(['internal_fault'])
  expect(msp.lines(acme)).toEqual([['KES', 7]])
})

test('a run that lacks only its end, because its last worker died right before it, is ended by the next tick', async () => {
  const msp = await openMsp(stack)
  msp.customer('Acme', { workstations: 7 })
  const { id } = await runToEnd(msp)
  await stack
    .db()
    .batch([
      stack.db().prepare(`UPDATE run SET state = 'running', finished_at = NULL WHERE id = ?1`).bind(id),
      stack.db().prepare(`UPDATE chain SET awake = 1, lease_until = 0 WHERE id = 'bill:cw'`),
    ])

  await resume(msp.deps)

  expect((await ended(msp, id)).state).toBe('done')
})

async function untilUnknown(msp: Msp) {
  await expect
    .poll(async () => (await msp.deps.changes.list({ state: 'unknown' }, 10, null)).length, {
      timeout: 10_000,
    })
    .toBe(1)
}
