import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Api, apiOf, faultsOf, itemsOf } from '../support/api.ts'
import { type MappingList, mapped, mappingList } from '../support/mappings.ts'
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
  const { PICKERS } = stack.env
  for (const { name } of (await PICKERS.list()).keys) await PICKERS.delete(name)
})

const listed = (query?: string) => mappingList(api, query)

const namesOf = ({ items }: MappingList) => items.map(({ tenant }) => tenant.name)

/** What is said of each tenant that needs attention. */
async function attention(): Promise<Record<string, string[]>> {
  const { items } = await listed('?filter=attention')
  return Object.fromEntries(items.map((row) => [row.tenant.name, row.attention.map(({ code }) => code)]))
}

describe('the list', () => {
  test('has every tenant with its company, by name as people order them', async () => {
    const ten = msp.customer('Kunde 10', {})
    msp.customer('kunde 9', {}, { mapped: false })
    msp.customer('Änder', {}, { center: 'ksc2' })
    await msp.save()

    const list = await listed()

    expect(namesOf(list)).toEqual(['Änder', 'kunde 9', 'Kunde 10'])
    expect(list).toMatchObject({
      total: 3,
      nextCursor: null,
      kinds: ['connectwise'],
      sources: [
        { connection: 'ksc', name: 'Security Center', kind: 'ksc', problem: null },
        { connection: 'ksc2', problem: null },
      ],
      psas: [{ connection: 'cw', name: 'ConnectWise', kind: 'connectwise', problem: null }],
    })
    expect(list.items[2]).toEqual({
      tenant: { id: ten.tenant, name: 'Kunde 10', gone: false },
      mapping: mapped(ten),
      names: { company: 'Kunde 10', agreement: null, priceLevel: null },
      agreementEndsOn: null,
      suggestion: null,
      attention: [],
    })
  })

  test('names an agreement once somebody has chosen from it, with its end', async () => {
    const acme = msp.customer('Acme', {}, { mapped: false })
    const { id } = msp.psa.addAgreement({ company: acme.companyId, name: 'Managed', endDate: '2099-06-30' })
    acme.mapping.agreementId = `${id}`
    msp.setup.mappings.push(acme.mapping)
    await msp.save()

    await api.get(`/api/agreements?connection=cw&company=${acme.companyId}`)

    expect((await listed()).items).toMatchObject([
      { names: { agreement: 'Managed' }, agreementEndsOn: '2099-06-30' },
    ])
  })

  test('is searched by any part of the name, whatever its accents and letter case', async () => {
    for (const name of ['MÜLLER Nord', 'Muller Süd', 'Möller', 'Bäckerei Müller']) msp.customer(name, {})
    await msp.save()

    expect(await listed('?search=m%C3%BCller')).toMatchObject({
      total: 3,
      items: [
        { tenant: { name: 'Bäckerei Müller' } },
        { tenant: { name: 'MÜLLER Nord' } },
        { tenant: { name: 'Muller Süd' } },
      ],
    })
    expect(namesOf(await listed('?search=SUD'))).toEqual(['Muller Süd'])
    expect(await listed('?search=nobody')).toMatchObject({ total: 0, items: [], nextCursor: null })
  })

  test('five come in pages of two, two of one name included', async () => {
    for (const name of ['c', 'b', 'a', 'd']) msp.customer(name, {})
    msp.customer('b', {}, { center: 'ksc2' })
    await msp.save()

    const pages: string[][] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: MappingList = await listed(`?limit=2&cursor=${cursor}`)
      expect(page.total).toBe(5)
      pages.push(page.items.map(({ tenant }) => tenant.id))
      cursor = page.nextCursor
    }

    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1])
    expect(new Set(pages.flat()).size).toBe(5)
  })

  test('is filtered to what is not mapped, and to what has billing off', async () => {
    msp.customer('Billed', {})
    msp.customer('Free', {}, { mapped: false })
    msp.customer('Off', {}).mapping.billing = false
    await msp.save()

    expect(namesOf(await listed('?filter=not_mapped'))).toEqual(['Free'])
    expect(namesOf(await listed('?filter=billing_off'))).toEqual(['Off'])
    expect(namesOf(await listed('?filter=attention'))).toEqual([])
  })
})

describe('attention', () => {
  test('is asked for licences that nobody pays for, and for changes that wait', async () => {
    msp.customer('Fine', { workstations: 1 })
    msp.customer('Unmapped', { workstations: 1 }, { mapped: false })
    const shrinking = msp.customer('Shrinking', { workstations: 90 })
    await msp.run()
    shrinking.uses({ workstations: 10 })
    await msp.run()

    expect(await attention()).toEqual({ Shrinking: ['waiting'], Unmapped: ['not_mapped_in_use'] })
    expect((await listed('?filter=attention')).total).toBe(2)
  })

  test('is asked for a tenant that is gone, and for agreements that can not be billed', async () => {
    const gone = msp.customer('Gone', { workstations: 1 })
    const ended = msp.customer('Ended', { workstations: 1 })
    const missing = msp.customer('Missing', { workstations: 1 })
    const other = msp.customer('Other', { workstations: 1 })
    msp.psa.editByHand('agreement', ended.agreementId, {
      noEndingDateFlag: false,
      endDate: '2026-02-01T00:00:00Z',
    })
    missing.mapping.agreementId = '987654'
    other.mapping.agreementId = `${gone.agreementId}`
    await msp.run()
    gone.server.enabled = false
    await msp.run()

    expect(await attention()).toEqual({
      Gone: ['tenant_gone'],
      Ended: ['agreement_ended', 'waiting'],
      Missing: ['agreement_not_found', 'waiting'],
      Other: ['agreement_of_other_company', 'waiting'],
    })
  })

  test('is asked for a company that is gone from ConnectWise, which keeps its name', async () => {
    const acme = msp.customer('Acme', {})
    msp.customer('Bakery', {})
    await msp.save()
    await listed()
    msp.psa.editByHand('company', acme.companyId, { deletedFlag: true })
    await readLongAgo()

    await listed()
    await until('the list was read again', async () =>
      Object.keys(await attention()).length > 0 ? true : null,
    )

    expect(await attention()).toEqual({ Acme: ['company_not_found'] })
    expect((await listed('?filter=attention')).items[0]?.names.company).toBe('Acme')
  })
})

async function readLongAgo() {
  await stack.db().prepare(`UPDATE directory SET read_at = '2026-01-01T00:00:00.000Z'`).run()
}

describe('the lists behind it', () => {
  test('are read once, and again in the background where they are older than a quarter of an hour', async () => {
    msp.customer('Acme', {})
    await msp.save()
    await listed()
    const calls = () => msp.center.calls.length + msp.psa.calls.length
    const before = calls()

    msp.center.addServer({ name: 'New' })
    expect(namesOf(await listed())).toEqual(['Acme'])
    expect(calls()).toBe(before)

    await readLongAgo()
    await listed()
    await until('the new one is listed', async () => ((await listed()).total === 2 ? true : null))
    expect(namesOf(await listed())).toEqual(['Acme', 'New'])
  })

  test('a ConnectWise that does not answer is a problem in words, and the rows still come', async () => {
    msp.customer('Acme', {})
    msp.customer('Bakery', {}, { mapped: false })
    await msp.save()
    msp.psa.faults.add({ kind: 'status', status: 500, match: () => true, times: Infinity })

    const list = await listed()

    expect(namesOf(list)).toEqual(['Acme', 'Bakery'])
    expect(list.psas).toMatchObject([{ readAt: null, problem: { code: 'vendor_unavailable' } }])
    expect(list.psas[0]?.problem?.message).toContain('ConnectWise')
    expect(list.sources).toMatchObject([{ readAt: expect.any(String), problem: null }])

    msp.psa.faults.clear()
    await until('ConnectWise is read', async () => ((await listed()).psas[0]?.problem === null ? true : null))
    expect((await listed()).items[0]?.names.company).toBe('Acme')
  })

  test('who tries again waits for the list that could not be read, and has it', async () => {
    msp.customer('Acme', {}, { mapped: false })
    await msp.save()
    msp.center.faults.add({ kind: 'resetBefore', match: () => true, times: Infinity })
    expect((await listed()).sources).toMatchObject([{ problem: { code: 'vendor_unavailable' } }])

    msp.center.faults.clear()
    const list = await listed('?retry=true')

    expect(namesOf(list)).toEqual(['Acme'])
    expect(list.sources).toMatchObject([{ readAt: expect.any(String), problem: null }])
  })

  test('a Security Center that refuses us leaves the rows that are mapped, and tells no secret', async () => {
    const acme = msp.customer('Acme', {})
    await msp.save()
    const { password } = msp.center
    msp.center.password = 'changed since'

    const list = await listed()

    expect(list.items).toMatchObject([{ tenant: { id: acme.tenant, gone: false }, attention: [] }])
    expect(list.sources).toMatchObject([{ problem: { code: 'vendor_unauthorized' } }])
    expect(JSON.stringify(list)).not.toContain(password)
  })

  test('a mapping of a tenant that no Security Center lists is shown as gone', async () => {
    const acme = msp.customer('Acme', {})
    acme.mapping.tenant.id = 'never-there'
    await msp.save()

    const { items } = await listed('?filter=attention')

    expect(items).toMatchObject([
      { tenant: { id: 'ksc/never-there', gone: true }, attention: [{ code: 'tenant_gone' }] },
    ])
  })

  test('a tenant that Kaspersky switched off is so for a run to say, not for the list', async () => {
    const acme = msp.customer('Acme', { workstations: 3 })
    await msp.run()
    acme.server.enabled = false
    await readLongAgo()

    await listed()
    await until('the list was read again', async () =>
      ((await listed()).sources[0]?.readAt ?? '') > '2026-01-02' ? true : null,
    )

    expect((await listed()).items).toMatchObject([{ tenant: { gone: false } }])
  })
})

describe('a suggestion', () => {
  test('is the company of the same name, whatever its accents and legal form', async () => {
    const acme = msp.psa.addCompany({ name: 'Mueller GmbH & Co. KG' })
    msp.center.addServer({ name: 'MÜLLER' })
    await msp.save()

    expect((await listed()).items).toMatchObject([
      { suggestion: { connection: 'cw', id: `${acme.id}`, name: 'Mueller GmbH & Co. KG' } },
    ])
  })

  test('is never a company that another tenant of the same Security Center has', async () => {
    const acme = msp.customer('Acme', {})
    msp.center.addServer({ name: 'Acme Ltd' })
    msp.customer('Bakery', {}, { center: 'ksc2' })
    msp.centers.ksc2?.addServer({ name: 'ACME Inc.' })
    await msp.save()

    const { items } = await listed()

    expect(items.map(({ tenant, suggestion }) => [tenant.name, suggestion?.id ?? null])).toEqual([
      ['Acme', null],
      ['ACME Inc.', `${acme.companyId}`],
      ['Acme Ltd', null],
      ['Bakery', null],
    ])
  })

  test('is none where two companies fit, or two tenants', async () => {
    for (const name of ['Acme GmbH', 'ACME AG', 'Bakery']) msp.psa.addCompany({ name })
    for (const name of ['Acme', 'Bakery', 'bakery Ltd']) msp.center.addServer({ name })
    await msp.save()

    const { items } = await listed()

    expect(items.map(({ suggestion }) => suggestion)).toEqual([null, null, null])
  })
})

describe('companies to choose from', () => {
  test('say who has them already; a tenant of another Security Center does not count', async () => {
    const acme = msp.customer('Acme', {})
    const bakery = msp.customer('Bakery', {}, { mapped: false })
    const second = msp.customer('Cafe', {}, { center: 'ksc2' })
    await msp.save()

    const forBakery = await api.get(`/api/company-choices?connection=cw&tenant=${bakery.tenant}`)
    const forAcme = await api.get(`/api/company-choices?connection=cw&search=acm&tenant=${acme.tenant}`)

    expect(forBakery.body).toEqual({
      items: [
        { id: `${acme.companyId}`, name: 'Acme', takenBy: { id: acme.tenant, name: 'Acme' } },
        { id: `${bakery.companyId}`, name: 'Bakery', takenBy: null },
        { id: `${second.companyId}`, name: 'Cafe', takenBy: null },
      ],
      nextCursor: null,
    })
    expect(itemsOf(forAcme)).toEqual([{ id: `${acme.companyId}`, name: 'Acme', takenBy: null }])
  })

  test('a connection that does not bill and a tenant of nobody are refused', async () => {
    await msp.save()

    const answer = await api.get('/api/company-choices?connection=ksc&tenant=none/1')

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual(['connection: connection_does_not_bill', 'tenant: unknown_connection'])
  })
})
