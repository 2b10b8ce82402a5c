import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from '../../vendors/autotask/account.ts'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import type { Json } from '../../vendors/row.ts'
import { callsOf } from '../calls.ts'
import { contractDay, failureOf, linesOf } from '../contract.ts'
import { adapterOf, contractNoon, contractOf2026, refusal, withLine } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

describe('asking in bulk', () => {
  test('450 contracts cost 1 call and 451 cost 2, and as many for their bundles', async () => {
    const account = vendor.account()
    const ids = contracts(account, 451)

    const few = await adapterOf(account).agreements(ids.slice(0, 450), contractDay)
    const callsForFew = callsOf(account)
    const all = await adapterOf(account).agreements(ids, contractDay)

    expect([few.length, all.length]).toEqual([450, 451])
    expect(callsForFew).toEqual(['POST /V1.0/Contracts/query', 'POST /V1.0/ContractServiceBundles/query'])
    expect(callsOf(account).slice(2)).toEqual([
      'POST /V1.0/Contracts/query',
      'POST /V1.0/Contracts/query',
      'POST /V1.0/ContractServiceBundles/query',
      'POST /V1.0/ContractServiceBundles/query',
    ])
  })

  test('501 services of a contract come on 2 pages, by the same question', async () => {
    const account = vendor.account()
    const contract = contractOf2026(account, account.addCompany({ name: 'Acme GmbH' }))
    const service = account.addService({ name: 'Endpoint protection' })
    for (let units = 1; units <= 501; units++) account.addContractService({ contract, service, units })

    const lines = await linesOf(adapterOf(account), `${contract.id}`)

    expect(lines).toHaveLength(501)
    expect(lines?.at(-1)).toMatchObject({ quantity: 501 })
    const pages = account.calls.filter(({ path }) => path.startsWith('/V1.0/ContractServices/'))
    expect(pages.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /V1.0/ContractServices/query',
      'POST /V1.0/ContractServices/query/next',
    ])
    expect(pages[1]?.body).toEqual(pages[0]?.body)
  })

  test('the lines of 450 contracts cost 2 calls', async () => {
    const account = vendor.account()
    const service = account.addService({ name: 'Endpoint protection' })
    const ids = contracts(account, 450)
    for (const id of ids) account.addContractService({ contract: Number(id), service, units: 7 })

    const lines = await adapterOf(account).lines(ids, contractDay)

    expect([...lines.values()].flat()).toHaveLength(450)
    expect(callsOf(account).toSorted()).toEqual([
      'POST /V1.0/ContractServiceUnits/query',
      'POST /V1.0/ContractServices/query',
    ])
  })

  test('no more than 2 calls about one kind of record are under way, of 5', async () => {
    const account = vendor.account()
    account.latencyMs = 20
    const ids = Array.from({ length: 4 * 450 + 1 }, (_, n) => `${30_001 + n}`)

    await adapterOf(account).products(ids)

    expect(account.threads.peak.get('Services')).toBe(2)
    expect(account.calls).toHaveLength(5)
  })

  test('only the fields in use are asked for, 500 records at once', async () => {
    const account = vendor.account()

    await adapterOf(account).agreements(['30001', '30001'], contractDay)

    expect(account.calls[0]?.body).toEqual({
      MaxRecords: 500,
      IncludeFields: ['id', 'companyID', 'contractName', 'contractType', 'status', 'startDate', 'endDate'],
      filter: [{ op: 'in', field: 'id', value: [30001] }],
    })
  })

  test('nothing is asked for ids that Autotask can’t have', async () => {
    const account = vendor.account()
    const psa = adapterOf(account)

    const ids = ['', '-1', '1.5', '1e3', '01', '9999999999', '1) or (1']

    expect(await psa.agreements(ids, contractDay)).toEqual([])
    expect(await psa.lines(ids, contractDay)).toEqual(new Map(ids.map((id) => [id, []])))
    expect(account.calls).toEqual([])
  })
})

describe('pages that cannot be believed', () => {
  const service = { id: 20001, name: 'Endpoint protection', isActive: true, unitPrice: 3.5 }

  test('a link that leads to the page before ends the read', async () => {
    const account = vendor.account()
    const next = `${vendor.url}/ATServicesRest/V1.0/Services/query/next?paging=1`
    answer(account, '/Services/', [service], next, Infinity)

    const failure = await failureOf(adapterOf(account).products(['20001']))

    expect(failure).toMatchObject({ kind: 'unexpected_reply' })
    expect(account.calls).toHaveLength(2)
  })

  test('an empty page that promises more ends the read', async () => {
    const account = vendor.account()
    const next = `${vendor.url}/ATServicesRest/V1.0/Services/query/next?paging=1`
    answer(account, '/Services/', [], next, Infinity)

    const failure = await failureOf(adapterOf(account).products(['20001']))

    expect(failure).toMatchObject({ kind: 'unexpected_reply' })
    expect(account.calls).toHaveLength(1)
  })

  test.each([
    'http://127.0.0.1:1/ATServicesRest/V1.0/Services/query/next?paging=1',
    'https://evil.example/ATServicesRest/V1.0/Services/query/next?paging=1',
    '/V1.0/Services/query/next?paging=1',
  ])('a link to another address is not followed: %s', async (next) => {
    const account = vendor.account()
    answer(account, '/Services/', [service], next)

    const failure = await failureOf(adapterOf(account).products(['20001']))

    expect(failure).toEqual({ kind: 'unexpected_reply', issues: 'the next page is at another address' })
    expect(account.calls).toHaveLength(1)
  })

  test('a second page that fails leaves no half of a list', async () => {
    const account = vendor.account()
    const { psa, contract, agreementId } = withLine(account)
    const other = account.addService({ name: 'Backup' })
    for (let n = 0; n < 500; n++) account.addContractService({ contract, service: other })
    account.faults.add({ kind: 'truncated', match: ({ path }) => path.endsWith('/query/next') })

    expect(await failureOf(psa.lines([agreementId], contractDay))).toMatchObject({ kind: 'unavailable' })
  })

  test('a kind of record that is not there is no empty list', async () => {
    const account = vendor.account()
    account.faults.add({ kind: 'status', status: 404, match: () => true })

    expect(await failureOf(adapterOf(account).products(['20001']))).toMatchObject({
      kind: 'unexpected_reply',
    })
  })
})

describe('what a contract says', () => {
  test.each([
    ['runs', {}, { state: 'active', startsOn: '2026-01-01', endsOn: '2026-12-31' }],
    ['is inactive', { status: 0 }, { state: 'inactive' }],
    ['is of another type', { contractType: 1 }, { state: 'inactive' }],
    ['begins tomorrow', { startDate: '2026-11-06' }, { state: 'inactive', startsOn: '2026-11-06' }],
    ['begins today', { startDate: '2026-11-05' }, { state: 'active', startsOn: '2026-11-05' }],
    ['ended yesterday', { endDate: '2026-11-04' }, { state: 'active', endsOn: '2026-11-04' }],
  ])('one that %s', async (_, given, expected) => {
    const account = vendor.account()
    const company = account.addCompany({ name: 'Acme GmbH' })
    const dates = { startDate: '2026-01-01', endDate: '2026-12-31' }
    const { id } = account.addContract({ company, name: 'Managed Security', ...dates, ...given })

    expect(await adapterOf(account).agreements([`${id}`], contractDay)).toEqual([
      {
        id: `${id}`,
        companyId: `${company.id}`,
        name: 'Managed Security',
        startsOn: '2026-01-01',
        endsOn: '2026-12-31',
        nextInvoiceOn: null,
        bundled: false,
        ...expected,
      },
    ])
  })

  test('the MSP’s own company, whose id is 0, is a company like any other', async () => {
    const account = vendor.account()
    const { id } = contractOf2026(account, { id: 0 })
    const psa = adapterOf(account)

    const choices = await psa.agreementChoices({ search: '', cursor: null, limit: 10, companyId: '0' })

    expect(await psa.agreements([`${id}`], contractDay)).toMatchObject([{ companyId: '0' }])
    expect(choices.items).toMatchObject([{ id: `${id}` }])
  })

  test('bundles are noticed, and only on the contract that has them', async () => {
    const account = vendor.account()
    const [bundled = '', plain = ''] = contracts(account, 2)
    account.addContractBundle({ contract: Number(bundled), bundle: account.addBundle({ name: 'All of it' }) })

    const agreements = await adapterOf(account).agreements([bundled, plain], contractDay)

    expect(agreements.map(({ id, bundled }) => [id, bundled])).toEqual([
      [bundled, true],
      [plain, false],
    ])
  })

  test('one without an end is no contract that we know', async () => {
    const account = vendor.account()
    answer(account, '/Contracts/', [
      { id: 30001, companyID: 7, contractType: 7, status: 1, startDate: '2026-01-01T00:00:00Z' },
    ])

    expect(await failureOf(adapterOf(account).agreements(['30001'], contractDay))).toMatchObject({
      kind: 'unexpected_reply',
      issues: expect.stringContaining('endDate'),
    })
  })
})

test('services tell whether they are active and what one unit costs', async () => {
  const account = vendor.account()
  const used = account.addService({ name: 'Endpoint protection', unitPrice: 3.5 })
  const old = account.addService({ name: 'Endpoint, old', unitPrice: 2, isActive: false })

  expect(await adapterOf(account).products([`${used.id}`, `${old.id}`])).toEqual([
    { id: `${used.id}`, name: 'Endpoint protection', active: true, priceMinor: 350 },
    { id: `${old.id}`, name: 'Endpoint, old', active: false, priceMinor: 200 },
  ])
})

test('a question that breaks a rule is a refusal with the words of Autotask', async () => {
  const account = vendor.account()
  account.faults.add({ ...refusal('Unable to find startDate in the Contract Entity.'), match: () => true })

  expect(await failureOf(adapterOf(account).agreements(['30001'], contractDay))).toEqual({
    kind: 'rejected',
    status: 500,
    reply: 'Unable to find startDate in the Contract Entity.',
  })
})

function contracts(account: Account, count: number): string[] {
  const company = account.addCompany({ name: 'Acme GmbH' })
  return Array.from({ length: count }, () => `${contractOf2026(account, company).id}`)
}

function answer(
  account: Account,
  entity: string,
  items: Json[],
  nextPageUrl: string | null = null,
  times = 1,
): void {
  account.faults.add({
    kind: 'status',
    status: 200,
    body: JSON.stringify({ items, pageDetails: { count: items.length, nextPageUrl } }),
    match: ({ path }) => path.includes(entity),
    times,
  })
}
