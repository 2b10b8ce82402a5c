import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeAccount, call, clock } from './calling.ts'
import { startTigerpaw, type Tigerpaw } from './server.ts'

let tigerpaw: Tigerpaw

beforeAll(async () => {
  tigerpaw = await startTigerpaw({ now: () => clock })
})
afterAll(() => tigerpaw.close())

describe('agreements', () => {
  test('one tells its account, its days without a zone and what it bills', async () => {
    const account = acmeAccount(tigerpaw)
    account.addAgreement({
      id: 32,
      account: 250,
      startDate: '2026-01-01',
      endDate: '2026-12-31',
      type: 'Project',
    })
    account.addCharge({ agreement: 32, itemId: 'KES-WKS', quantity: 25, priceLevel: 12 })

    const summary = await call(account, '/api/agreements/32')
    const details = await call(account, '/api/agreements/32/details')

    expect(summary.json).toMatchObject({
      AgreementNumber: 32,
      AccountName: 'Acme GmbH',
      Agreement: {
        AccountNumber: 250,
        ExternalProduct: 'Kaspersky',
        StartDate: '2026-01-01T00:00:00',
        EndDate: '2026-12-31T00:00:00',
        Type: 'Project',
        TotalPrice: 75,
      },
      AdditionalCharges: 1,
    })
    expect(details.json).toMatchObject({
      Account: { Name: 'Acme GmbH' },
      AdditionalCharges: [{ SpecialItemId: 'KES-WKS', Quantity: 25 }],
    })
  })

  test('those of an account come all, or only while they last, their last day included', async () => {
    const account = acmeAccount(tigerpaw)
    account.addAgreement({ id: 32, account: 250, startDate: '2026-01-01', endDate: '2026-11-16' })
    account.addAgreement({ id: 33, account: 250, startDate: '2026-01-01', endDate: '2026-11-17' })
    const listed = async (path: string) => {
      const { json } = await call(account, `/api/agreements/account/${path}`)
      return [...JSON.stringify(json).matchAll(/"AgreementNumber":(\d+)/g)].map(([, number]) =>
        Number(number),
      )
    }

    expect(await listed('250')).toEqual([31, 32, 33])
    expect(await listed('250?activeOnly=true')).toEqual([31, 33])
    expect(await listed('250/true')).toEqual([31, 33])
    expect(await listed('999')).toEqual([])
  })

  test('they are found by their number and by their external product', async () => {
    const account = acmeAccount(tigerpaw)
    account.addAgreement({ id: 42, account: 250, startDate: '2026-01-01', externalProduct: 'Other' })
    const search = (by: string, body: unknown) =>
      call(account, `/api/agreements/search/${by}`, { method: 'POST', body })

    const answers = [await search('agreementnumber', '42'), await search('externalproduct', 'kasp')]
    const wrong = await search('externalproduct', { Criteria: 'kasp' })

    expect(answers).toMatchObject([
      { json: { Agreements: [{ AgreementNumber: 42 }], TotalCount: 1, Success: true } },
      { json: { Agreements: [{ AgreementNumber: 31 }], TotalCount: 1 } },
    ])
    expect(wrong.status).toBe(400)
  })

  test('additional charges come as a bare list, one of them by its id on its own agreement only', async () => {
    const account = acmeAccount(tigerpaw)
    account.addAgreement({ id: 32, account: 250, startDate: '2026-01-01' })
    const { id } = account.addCharge({ agreement: 31, itemId: 'KES-WKS', quantity: 25, priceLevel: 11 })

    const list = await call(account, '/api/agreements/31/additionalcharges')
    const one = await call(account, `/api/agreements/31/additionalcharges/${id}`)
    const elsewhere = await call(account, `/api/agreements/32/additionalcharges/${id}`)

    const charge = {
      DetailId: id,
      SpecialItemId: 'KES-WKS',
      ItemDescription: 'Workstation',
      Quantity: 25,
      Price: 3.5,
      PriceLevel: 11,
      PriceLevelDescription: 'List',
      Source: 0,
      SourceDescription: null,
      PrintWhenQuantityZero: false,
      DeleteAfterInvoicing: false,
      DateAdded: '2026-11-17T09:30:00',
      UseFlatPrice: false,
    }
    expect([list.json, one.json]).toEqual([[charge], charge])
    expect(elsewhere.status).toBe(404)
  })

  test('what people change in their screens shows at once', async () => {
    const account = acmeAccount(tigerpaw)
    const kept = account.addCharge({ agreement: 31, itemId: 'KES-WKS', quantity: 25, priceLevel: 11 })
    const gone = account.addCharge({
      agreement: 31,
      itemId: 'KES-SRV',
      quantity: 2,
      priceLevel: 11,
      price: 6,
    })

    account.editChargeByHand(31, kept.id, { quantity: 26, priceLevel: 12 })
    account.removeChargeByHand(31, gone.id)
    account.endAgreement(31, '2026-10-31')
    account.unlink(250)

    expect(account.chargesOf(31)).toEqual([
      { detailId: kept.id, itemId: 'KES-WKS', quantity: 26, priceLevel: 12, price: 3.5 },
    ])
    expect((await call(account, '/api/agreements/31')).json).toMatchObject({
      Agreement: { EndDate: '2026-10-31T00:00:00' },
    })
    expect((await call(account, '/api/accounts/250/service/externalproducts')).json).toEqual([])
  })
})

describe('price book', () => {
  test('an item is found by its number and its id, its details with a price for each level that has one', async () => {
    const account = acmeAccount(tigerpaw)
    account.addItem({ itemId: 'KES / M&S', description: 'Both' })

    const summary = await call(account, '/api/pricebook/items/41')
    const details = await call(account, '/api/pricebook/items/42/details')
    const special = await call(
      account,
      `/api/pricebook/items/details?itemId=${encodeURIComponent('kes / m&s')}`,
    )

    expect(summary.json).toMatchObject({
      PriceBookItemNumber: 41,
      ItemId: 'KES-WKS',
      Item: { ItemDescription: 'Workstation', Inactive: false },
    })
    expect(details.json).toMatchObject({
      ItemId: 'KES-SRV',
      Pricing: [{ PriceLevel: 11, Description: 'List', SellingPrice: 7 }],
    })
    expect(special.json).toMatchObject({ ItemId: 'KES / M&S', Pricing: [] })
  })

  test('inactive items are left out by their ids, unless asked for', async () => {
    const account = acmeAccount(tigerpaw)
    account.setInactive('KES-SRV')
    const found = async (path: string, body: unknown) => {
      const { json } = await call(account, `/api/pricebook/items/search${path}`, { method: 'POST', body })
      return [...JSON.stringify(json).matchAll(/"ItemId":"([^"]+)"/g)].map(([, itemId]) => itemId)
    }
    const by = (SearchType: string, Criteria: string) => ({ Criteria: [{ SearchType, Criteria }] })

    expect(await found('', by('ItemId', 'kes'))).toEqual(['KES-WKS'])
    expect(await found('', by('ItemIdWithInactive', 'kes'))).toEqual(['KES-WKS', 'KES-SRV'])
    expect(await found('', by('ItemDescription', 'serv'))).toEqual(['KES-SRV'])
    expect(await found('', by('ItemType', 's'))).toEqual(['KES-WKS', 'KES-SRV'])
    expect(await found('/itemid/true', 'kes')).toEqual(['KES-WKS'])
    expect(await found('/itemid/false', 'kes')).toEqual(['KES-WKS', 'KES-SRV'])
  })
})

describe('master tables and diagnostics', () => {
  test('price levels and external products come as bare lists, the latter without those of the system if wanted', async () => {
    const account = acmeAccount(tigerpaw)

    const levels = await call(account, '/api/mastertables/pricelevels')
    const all = await call(account, '/api/mastertables/externalproducts')
    const own = await call(account, '/api/mastertables/externalproducts/true')

    expect(levels.json).toMatchObject([
      { PriceLevelId: 11, Description: 'List' },
      { PriceLevelId: 12, Description: 'Partner' },
    ])
    expect(all.json).toMatchObject([{ Product: 'Remote Monitoring' }, { Product: 'Kaspersky' }])
    expect(own.json).toMatchObject([{ ExternalProductId: account.externalProduct.id, Active: true }])
  })

  test('the licence and the version are told', async () => {
    const account = acmeAccount(tigerpaw)
    account.options.hasValidLicence = false

    const { json } = await call(account, '/api/diagnostics/productInformation')

    expect(json).toMatchObject({ HasValidLicense: false, DatabaseVersion: '18.2.1' })
  })
})
