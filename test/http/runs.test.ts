import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf, itemsOf, nextCursorOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(async () => {
  msp = await openMsp(stack)
})

test('a run that was asked for bills what is used and tells what it did', async () => {
  const acme = msp.customer('Acme', { workstations: 12 })
  await msp.save()

  const run = await api.runNow()

  expect(run).toEqual({
    id: expect.any(String),
    day: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    trigger: 'manual',
    dryRun: false,
    state: 'done',
    startedAt: expect.stringMatching(/Z$/),
    finishedAt: expect.stringMatching(/Z$/),
    counts: { tenants: 1, incomplete: 0, created: 1, updated: 0, unchanged: 0, held: 0, failed: 0 },
    calls: { ksc: expect.any(Number), cw: expect.any(Number) },
    problems: [],
  })
  expect(itemsOf(await api.get(`/api/runs/${run.id}/changes`))).toEqual([
    {
      id: expect.any(String),
      connection: 'cw',
      companyId: `${acme.companyId}`,
      agreementId: `${acme.agreementId}`,
      lineId: expect.any(String),
      productId: '500',
      kind: 'create',
      from: 0,
      to: 12,
      state: 'verified',
      reason: null,
      drift: null,
      adopted: false,
      applications: ['kes-business-advanced'],
      tenants: [acme.tenant],
    },
  ])
  expect(itemsOf(await api.get('/api/audit?limit=1'))).toEqual([
    expect.objectContaining({ who: 'administrator token', subject: `run ${run.id}`, before: null }),
  ])
})

test('a dry run tells what it would do and writes nothing', async () => {
  const acme = msp.customer('Acme', { workstations: 12 })
  await msp.save()

  const run = await api.runNow({ dryRun: true })

  expect(run).toMatchObject({ dryRun: true, counts: { created: 1 } })
  expect(msp.lines(acme)).toEqual([])
  const planned = await api.get(`/api/runs/${run.id}/changes?state=planned`)
  const verified = await api.get(`/api/runs/${run.id}/changes?state=verified`)
  expect([itemsOf(planned).length, itemsOf(verified).length]).toEqual([1, 0])
})

test('a run of named tenants leaves the others alone', async () => {
  const [acme, bakery] = ['Acme', 'Bakery'].map((name) => msp.customer(name, { workstations: 3 }))
  await msp.save()

  const run = await api.runNow({ tenants: [`${acme?.tenant}`, `${acme?.tenant}`] })

  expect(run).toMatchObject({ counts: { tenants: 1, created: 1 } })
  expect([acme, bakery].map((one) => one && msp.lines(one))).toEqual([[['KES', 3]], []])
})

test('while a run is at work, another one is refused with the id of the first', async () => {
  msp.customer('Acme', { workstations: 3 })
  await msp.save()
  msp.psa.latencyMs = 300

  const first = await api.post('/api/runs', {})
  const second = await api.post('/api/runs', {})

  expect([first.status, second.status]).toEqual([202, 409])
  const { id } = Reflect.get(Object(first.body), 'run')
  expect(second.body).toEqual({
    error: {
      code: 'run_in_progress',
      message: expect.any(String),
      details: { run: expect.objectContaining({ id }) },
    },
  })
  expect(await msp.finished(id)).toMatchObject({ state: 'done' })
})

test('tenants that cannot be read are refused by name', async () => {
  await msp.save()

  const answer = await api.post('/api/runs', { tenants: ['acme', 'nobody/1', 'cw/250', 'ksc/'] })
  const none = await api.post('/api/runs', { tenants: [] })

  expect([answer.status, none.status]).toEqual([422, 422])
  expect(faultsOf(answer)).toEqual([
    'tenants[0]: malformed_tenant',
    'tenants[1]: unknown_connection',
    'tenants[2]: connection_is_no_source',
    'tenants[3]: malformed_tenant',
  ])
  expect(faultsOf(none)).toEqual(['tenants: out_of_range'])
  expect(itemsOf(await api.get('/api/runs'))).toEqual([])
})

test('three runs come newest first, in pages of two', async () => {
  await msp.save()
  const ids = [await api.runNow(), await api.runNow(), await api.runNow()].map(({ id }) => id)

  const first = await api.get('/api/runs?limit=2')
  const second = await api.get(`/api/runs?limit=2&cursor=${nextCursorOf(first)}`)

  expect([...itemsOf(first), ...itemsOf(second)].map(({ id }) => id)).toEqual(ids.reverse())
  expect(nextCursorOf(second)).toBeNull()
})

test.each(['/api/runs/none', '/api/runs/none/progress', '/api/runs/none/changes'])(
  '%s is a 404',
  async (path) => {
    const answer = await api.get(path)

    expect(answer.status).toBe(404)
    expect(codeOf(answer)).toBe('run_not_found')
  },
)

test('a state that does not exist is refused', async () => {
  const answer = await api.get('/api/runs/none/changes?state=done')

  expect(faultsOf(answer)).toEqual(['state: unknown_value'])
})

async function progressOf(id: string) {
  const answer = await api.get(`/api/runs/${id}/progress`)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

test('a run that is over is done with all of it: 2 tenants, 2 companies', async () => {
  msp.customer('Acme', { workstations: 3 })
  msp.customer('Bakery', { workstations: 4 })
  const run = await msp.run()

  const progress = await progressOf(run.id)
  await msp.run()
  const later = await progressOf(run.id)

  const tenants = { done: 2, total: 2 }
  expect(progress).toEqual({ state: 'done', tenants, companies: { done: 2, total: 2 }, secondsLeft: 0 })
  expect(later).toEqual({ state: 'done', tenants, companies: { done: 0, total: 0 }, secondsLeft: 0 })
})

test('while a run is at work, what is read and planned counts against what is still to come', async () => {
  const [acme, bakery, castle] = ['Acme', 'Bakery', 'Castle'].map((name) =>
    msp.customer(name, { workstations: 3 }),
  )
  if (castle) castle.mapping.billing = false
  const { id } = await msp.run()
  const atWork = `UPDATE run SET state = 'running', finished_at = NULL, started_at = ?2 WHERE id = ?1`
  const minuteAgo = new Date(Date.now() - 60_000).toISOString()
  await msp.db.batch([
    msp.db.prepare(atWork).bind(id, minuteAgo),
    msp.db
      .prepare(`UPDATE run_tenant SET state = 'waiting' WHERE tenant_id IN (?1, ?2)`)
      .bind(bakery?.server.uid ?? '', castle?.server.uid ?? ''),
    msp.db.prepare('DELETE FROM run_company WHERE company_id <> ?1').bind(`${acme?.companyId}`),
  ])

  const progress = await progressOf(id)
  await msp.db.prepare(`UPDATE run_source SET state = 'listing'`).run()
  const listing = await progressOf(id)

  expect(progress).toMatchObject({
    state: 'running',
    tenants: { done: 1, total: 3 },
    companies: { done: 1, total: 2 },
  })
  const { secondsLeft } = Object(progress)
  expect(secondsLeft).toBeGreaterThanOrEqual(120)
  expect(secondsLeft).toBeLessThan(140)
  expect(listing).toMatchObject({ secondsLeft: null })
})

test('the CSV of a run has every change in words, and differences that a spreadsheet adds up', async () => {
  const acme = msp.customer('Acme, "Rockets"', { workstations: 12 })
  const bakery = msp.customer('=Bakery', { workstations: 2 })
  await msp.run()
  acme.uses({ workstations: 9 })
  bakery.uses({ workstations: 40 })
  const run = await msp.run()
  await api.get('/api/mappings')

  const answer = await api.get(`/api/runs/${run.id}/changes`, { headers: { accept: 'text/csv' } })
  const held = await api.get(`/api/runs/${run.id}/changes?state=held`, { headers: { accept: 'text/csv' } })

  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const [head, ...rows] = String(answer.body).trimEnd().split('\r\n')
  expect(head).toBe('company,agreement,product,from,to,difference,state,reason,applications,tenants,units')
  const application = 'Kaspersky Endpoint Security for Business Advanced'
  const rockets = '"Acme, ""Rockets"""'
  const heldRow = `'=Bakery,"'=Bakery, managed",KES – KES,2,40,38,held,rose_sharply,${application},'=Bakery,device`
  expect(rows.sort()).toEqual(
    [
      `${rockets},"Acme, ""Rockets"", managed",KES – KES,12,9,-3,verified,,${application},${rockets},device`,
      heldRow,
    ].sort(),
  )
  expect(String(held.body).trimEnd().split('\r\n')).toEqual([head, heldRow])
})

test('the CSV of 1,200 changes names each of them once', async () => {
  msp.customer('Acme', { workstations: 1 })
  const { id } = await msp.run()
  await msp.db
    .prepare(
      `INSERT INTO change SELECT 'made-' || value, run_id, dry_run, connection, company_id, 'a' || value, product_id, line_id,
         kind, from_quantity, value, state, reason, drift, adopted, parts, replaces, reads, configuration_version,
         effective_on, created_at, approved_at, sent_at, look_at, settled_at, detail, price_level_id, not_before, waits_for
       FROM change, json_each(?1)`,
    )
    .bind(JSON.stringify(Array.from({ length: 1_199 }, (_, index) => index + 2)))
    .run()

  const answer = await api.get(`/api/runs/${id}/changes`, { headers: { accept: 'text/csv' } })

  const rows = String(answer.body).trimEnd().split('\r\n').slice(1)
  expect(new Set(rows.map((row) => row.split(',')[4])).size).toBe(1_200)
  expect(rows.length).toBe(1_200)
})
