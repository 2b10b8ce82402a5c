import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Api, apiOf, codeOf, faultsOf, itemsOf } from '../support/api.ts'
import { mapped, mappingList } from '../support/mappings.ts'
import { signedIn } from '../support/members.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { until } from '../support/until.ts'

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

const listed = (query?: string) => mappingList(api, query)

const save = (rows: { tenant: string; before: object | null; after: object | null }[], more = {}) =>
  api.put('/api/mappings', { rows }, more)

function conflictsOf({ body }: Answer): unknown {
  return Object(body).error.details.conflicts
}

describe('saving', () => {
  test('writes just the rows that changed, and says who did what', async () => {
    const acme = msp.customer('Acme', {})
    const bakery = msp.customer('Bakery', {}, { mapped: false })
    const cafe = msp.customer('Cafe', {})
    await msp.save()
    const anna = await signedIn(api, 'anna', 'technician')

    const answer = await save(
      [
        { tenant: bakery.tenant, before: null, after: mapped(bakery) },
        { tenant: acme.tenant, before: mapped(acme), after: mapped(acme, { billing: false }) },
        { tenant: cafe.tenant, before: mapped(cafe), after: mapped(cafe) },
      ],
      anna,
    )

    expect(answer).toMatchObject({ status: 200, body: { changes: 2 } })
    expect(Object((await api.get('/api/config')).body).companies).toEqual([
      { ...acme.mapping, priceLevelId: null, billing: false },
      { ...cafe.mapping, priceLevelId: null },
      { ...bakery.mapping, priceLevelId: null },
    ])
    expect(itemsOf(await api.get('/api/audit?limit=2'))).toMatchObject([
      {
        who: 'anna (cw)',
        subject: `company ${acme.tenant}`,
        before: { billing: true },
        after: { billing: false },
      },
      { who: 'anna (cw)', subject: `company ${bakery.tenant}`, before: null, after: bakery.mapping },
    ])
  })

  test('two people who edit different rows at once both succeed', async () => {
    const rows = ['a', 'b', 'c', 'd'].map((name) => msp.customer(name, {}))
    await msp.save()

    const answers = await Promise.all(
      rows.map((one) =>
        save([{ tenant: one.tenant, before: mapped(one), after: mapped(one, { billing: false }) }]),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect((await listed('?filter=billing_off')).total).toBe(4)
  })

  test('of two people who edit the same row one succeeds, and the other is shown what is stored', async () => {
    const acme = msp.customer('Acme', {})
    await msp.save()
    await listed()
    const [anna, ben] = [await signedIn(api, 'anna', 'technician'), await signedIn(api, 'ben', 'technician')]
    const row = { tenant: acme.tenant, before: mapped(acme) }
    const [annas, bens] = [mapped(acme, { billing: false }), mapped(acme, { manualQuantity: 'keep' })]

    const answers = await Promise.all([
      save([{ ...row, after: annas }], anna),
      save([{ ...row, after: bens }], ben),
    ])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const [winner, stored] = answers[0]?.status === 200 ? ['anna (cw)', annas] : ['ben (cw)', bens]
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({ error: { code: 'edited_meanwhile' } })
    expect(refused && conflictsOf(refused)).toEqual([
      {
        key: acme.tenant,
        stored,
        by: winner,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        names: expect.objectContaining({ company: 'Acme', tenants: { [acme.tenant]: 'Acme' } }),
      },
    ])
    expect((await listed()).items[0]?.mapping).toEqual(stored)
  })

  test('the same save once more, as when an answer was lost, is no conflict and changes nothing', async () => {
    const acme = msp.customer('Acme', {})
    await msp.save()
    const row = { tenant: acme.tenant, before: mapped(acme), after: mapped(acme, { billing: false }) }
    await save([row])
    const audited = itemsOf(await api.get('/api/audit'))

    const again = await save([row])

    expect(again).toMatchObject({ status: 200, body: { changes: 0 } })
    expect(itemsOf(await api.get('/api/audit'))).toEqual(audited)
  })

  test('is all or nothing: one wrong row keeps the right one from being saved', async () => {
    const acme = msp.customer('Acme', {}, { mapped: false })
    const bakery = msp.customer('Bakery', {}, { mapped: false })
    await msp.save()

    const answer = await save([
      { tenant: acme.tenant, before: null, after: mapped(acme) },
      { tenant: bakery.tenant, before: null, after: mapped(bakery, { agreementId: null }) },
    ])

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual(['rows[1].after.agreementId: agreement_missing'])
    expect((await listed('?filter=not_mapped')).total).toBe(2)
  })

  test('every fault of a request is told with its path in the request', async () => {
    const acme = msp.customer('Acme', {}, { mapped: false })
    const bakery = msp.customer('Bakery', {}, { mapped: false })
    await msp.save()

    const misnamed = await save([
      { tenant: 'acme', before: null, after: null },
      { tenant: acme.tenant, before: null, after: null },
      { tenant: acme.tenant, before: null, after: null },
    ])
    const misplaced = await save([
      { tenant: 'cw/1', before: null, after: mapped(acme) },
      {
        tenant: bakery.tenant,
        before: null,
        after: mapped(bakery, { company: { connection: 'ksc', id: '1' } }),
      },
    ])

    expect(faultsOf(misnamed)).toEqual([
      'rows[0].tenant: malformed_tenant',
      'rows[2].tenant: duplicate_tenant',
    ])
    expect(faultsOf(misplaced)).toEqual([
      'rows[0].tenant: connection_is_no_source',
      'rows[1].after.company.connection: connection_does_not_bill',
    ])
  })

  test('a company that another tenant of the same Security Center has is refused with its name', async () => {
    const acme = msp.customer('Acme', {})
    const bakery = msp.customer('Bakery', {}, { mapped: false })
    await msp.save()
    await listed()
    const company = { connection: 'cw', id: `${acme.companyId}` }

    const answer = await save([{ tenant: bakery.tenant, before: null, after: mapped(bakery, { company }) }])

    expect([answer.status, codeOf(answer)]).toEqual([409, 'company_taken'])
    expect(conflictsOf(answer)).toEqual([
      {
        key: bakery.tenant,
        company: { ...company, name: 'Acme' },
        takenBy: { id: acme.tenant, name: 'Acme' },
      },
    ])
  })

  test('two tenants swap their companies in one save, and never end up with the same', async () => {
    const acme = msp.customer('Acme', {})
    const bakery = msp.customer('Bakery', {})
    await msp.save()

    const same = await save([{ tenant: acme.tenant, before: mapped(acme), after: mapped(bakery) }])
    const swapped = await save([
      { tenant: acme.tenant, before: mapped(acme), after: mapped(bakery) },
      { tenant: bakery.tenant, before: mapped(bakery), after: mapped(acme) },
    ])

    expect([same.status, swapped.status]).toEqual([409, 200])
    expect((await listed()).items.map(({ mapping }) => mapping?.company.id)).toEqual([
      `${bakery.companyId}`,
      `${acme.companyId}`,
    ])
  })

  test('two tenants of one company and agreement have to agree, also with the one that is not edited', async () => {
    const acme = msp.customer('Acme', {})
    const second = msp.customer('Acme cloud', {}, { center: 'ksc2', billedWith: acme, mapped: false })
    await msp.save()

    const answer = await save([
      { tenant: second.tenant, before: null, after: mapped(second, { manualQuantity: 'overwrite' }) },
    ])

    expect(faultsOf(answer)).toEqual(['rows[0].after.manualQuantity: manual_quantity_differs'])
  })

  test('a viewer reads the mapping, and neither saves nor is offered companies', async () => {
    const acme = msp.customer('Acme', {})
    await msp.save()
    const viewer = await signedIn(api, 'vera', 'viewer')
    const row = { tenant: acme.tenant, before: mapped(acme), after: null }

    expect((await api.get('/api/mappings', viewer)).status).toBe(200)
    expect((await save([row], viewer)).status).toBe(403)
    const choices = await api.get(`/api/company-choices?connection=cw&tenant=${acme.tenant}`, viewer)
    expect(choices.status).toBe(403)
    expect((await listed()).items[0]?.mapping).not.toBeNull()
  })
})

describe('what follows a save', () => {
  test('a line that is no longer wanted is left behind, and what was held for it is taken back', async () => {
    const acme = msp.customer('Acme', { workstations: 90 })
    await msp.run()
    acme.uses({ workstations: 10 })
    await msp.run()
    expect(await msp.held()).toHaveLength(1)

    await save([{ tenant: acme.tenant, before: mapped(acme), after: mapped(acme, { billing: false }) }])

    expect(await msp.held()).toEqual([])
    expect(itemsOf(await api.get('/api/left-behind'))).toMatchObject([
      { quantity: 90, reason: 'billing_off' },
    ])
    expect(msp.lines(acme)).toEqual([['KES', 90]])

    await save([{ tenant: acme.tenant, before: mapped(acme, { billing: false }), after: mapped(acme) }])
    expect(itemsOf(await api.get('/api/left-behind'))).toEqual([])
  })

  test('a run in progress writes to the agreement that was chosen, not to the one it had planned for', async () => {
    const acme = msp.customer('Acme', { workstations: 7 })
    const elsewhere = msp.psa.addAgreement({ company: acme.companyId, name: 'Another' })
    const isLineRead = ({ method, path }: { method: string; path: string }) =>
      method === 'GET' && path.endsWith(`/agreements/${acme.agreementId}/additions`)
    msp.psa.faults.add({ kind: 'hang', ms: 700, match: isLineRead })
    const { id } = await msp.start()
    await until('Acme is being planned', async () => (msp.psa.calls.some(isLineRead) ? true : null))

    const saved = await save([
      {
        tenant: acme.tenant,
        before: mapped(acme),
        after: mapped(acme, { agreementId: `${elsewhere.id}` }),
      },
    ])
    const run = await msp.finished(id)

    expect(saved.status).toBe(200)
    expect(run.state).toBe('done')
    expect(msp.lines(acme)).toEqual([])
    expect(msp.lines(elsewhere.id)).toEqual([['KES', 7]])
  })

  test('thousands of rows are saved at once', async () => {
    await msp.save()
    const rows = Array.from({ length: 3000 }, (_, index) => ({
      tenant: `ksc/bulk-${index}`,
      before: null,
      after: {
        company: { connection: 'cw', id: `${100_000 + index}` },
        billing: true,
        agreementId: `${index}`,
        priceLevelId: null,
        manualQuantity: 'ask',
      },
    }))

    expect((await save(rows)).body).toEqual({ changes: 3000 })

    expect((await listed('?limit=1000')).total).toBe(3000)
  })
})
