import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeAccount, call, clock, submit } from './calling.ts'
import { startTigerpaw, type Tigerpaw } from './server.ts'

let tigerpaw: Tigerpaw

beforeAll(async () => {
  tigerpaw = await startTigerpaw({ now: () => clock })
})
afterAll(() => tigerpaw.close())

const create = { Action: 'Create', ItemId: 'KES-WKS', Quantity: 25, PriceLevel: 12 }

describe('additional charges', () => {
  test('a new one takes its price from its price level and shows over REST', async () => {
    const account = acmeAccount(tigerpaw)

    const { status, text, said } = await submit(account, [create])

    expect(status).toBe(200)
    expect(said).toEqual(['true', '', '9001', 'true', ''])
    expect(text).toMatchInlineSnapshot(
      `"<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><SubmitAgreementAdditionalChargesResponse xmlns="http://www.tigerpawsoftware.com"><SubmitAgreementAdditionalChargesResult><AgreementAdditionalChargesResult xmlns=""><Success>true</Success><Message/><AdditionalCharge><DetailId>9001</DetailId><Success>true</Success><Message/></AdditionalCharge></AgreementAdditionalChargesResult></SubmitAgreementAdditionalChargesResult></SubmitAgreementAdditionalChargesResponse></soap:Body></soap:Envelope>"`,
    )
    expect((await call(account, '/api/agreements/31/additionalcharges')).json).toMatchObject([
      {
        DetailId: 9001,
        SpecialItemId: 'KES-WKS',
        ItemDescription: 'Workstation',
        Quantity: 25,
        Price: 3,
        PriceLevel: 12,
        SourceDescription: 'Kaspersky',
      },
    ])
  })

  test('an update changes what it names and leaves the rest', async () => {
    const account = acmeAccount(tigerpaw)
    const { id } = account.addCharge({ agreement: 31, itemId: 'KES-WKS', quantity: 25, priceLevel: 11 })
    const update = { Action: 'Update', DetailId: id }

    await submit(account, [{ ...update, ItemId: 'KES-WKS', Quantity: 27 }])
    const counted = account.chargesOf(31)
    await submit(account, [{ ...update, PriceLevel: 12, Price: '2.75' }])

    const charge = { detailId: id, itemId: 'KES-WKS', quantity: 27 }
    expect(counted).toEqual([{ ...charge, priceLevel: 11, price: 3.5 }])
    expect(account.chargesOf(31)).toEqual([{ ...charge, priceLevel: 12, price: 2.75 }])
  })

  test('an update reaches the charge of an item that has become inactive', async () => {
    const account = acmeAccount(tigerpaw)
    const { id } = account.addCharge({ agreement: 31, itemId: 'KES-WKS', quantity: 25, priceLevel: 11 })
    account.setInactive('KES-WKS')

    await submit(account, [{ Action: 'Update', DetailId: id, ItemId: 'KES-WKS', Quantity: 0 }])

    expect(account.chargesOf(31)).toMatchObject([{ quantity: 0 }])
  })

  test('a deleted one is gone, unless the vendor only says so', async () => {
    const account = acmeAccount(tigerpaw)
    const ids = [1, 2].map(
      (quantity) => account.addCharge({ agreement: 31, itemId: 'KES-WKS', quantity, priceLevel: 11 }).id,
    )
    const remove = (id = 0) => submit(account, [{ Action: 'Delete', DetailId: id }])

    const removed = await remove(ids[0])
    account.options.forgetsDeletes = true
    const forgotten = await remove(ids[1])

    expect([removed.said[0], forgotten.said[0]]).toEqual(['true', 'true'])
    expect(account.chargesOf(31)).toMatchObject([{ detailId: ids[1], quantity: 2 }])
  })

  test('lines of one call are stored together or not at all', async () => {
    const account = acmeAccount(tigerpaw)
    const { id } = account.addCharge({ agreement: 31, itemId: 'KES-SRV', quantity: 2, priceLevel: 11 })
    const update = { Action: 'Update', DetailId: id, Quantity: 3 }

    const refused = await submit(account, [update, { ...create, PriceLevel: 99 }])
    const before = account.chargesOf(31)
    const stored = await submit(account, [update, create])

    const reason = 'There is no price level 99.'
    expect(refused.said).toEqual([
      'false',
      reason,
      String(id),
      'false',
      'Not stored, as another line was refused.',
      '',
      'false',
      reason,
    ])
    expect(before).toMatchObject([{ detailId: id, quantity: 2 }])
    expect(stored.said).toEqual(['true', '', String(id), 'true', '', '9002', 'true', ''])
    expect(account.chargesOf(31)).toMatchObject([{ quantity: 3 }, { detailId: 9002, quantity: 25 }])
  })

  test('texts come through with their marks, letters and references', async () => {
    const account = acmeAccount(tigerpaw)
    account.addItem({ itemId: 'A&B <"1">', description: 'Both', prices: { 11: 1 } })

    await submit(account, [
      {
        ...create,
        ItemId: 'A&amp;B &lt;&quot;1&quot;>',
        PriceLevel: 11,
        ItemDescription: 'F&#252;r <![CDATA[A & B]]> ü &amp;#252;',
      },
    ])

    expect((await call(account, '/api/agreements/31/additionalcharges')).json).toMatchObject([
      { SpecialItemId: 'A&B <"1">', ItemDescription: 'Für A & B ü &#252;' },
    ])
  })
})

describe('refusals that are no faults', () => {
  test.each([
    ['an agreement that there is not', 'There is no agreement 99.', [create], { agreement: 99 }],
    ['one of another account', 'Agreement 31 is not one of account 251.', [create], { account: 251 }],
    ['one that has ended', 'Agreement 32 ended on 2026-11-16.', [create], { agreement: 32 }],
    [
      'an account without a cross-reference',
      'Account 251 has no cross-reference to Kaspersky.',
      [create],
      { agreement: 33, account: 251 },
    ],
    ['an agreement open elsewhere', 'Agreement 34 is locked by Jane Smith.', [create], { agreement: 34 }],
    ['nothing at all', 'There is no AdditionalCharge.', [], {}],
    ['an unknown item', 'There is no price book item KES-NONE.', [{ ...create, ItemId: 'KES-NONE' }], {}],
    ['an inactive item', 'The price book item KES-OLD is inactive.', [{ ...create, ItemId: 'KES-OLD' }], {}],
    ['an unknown price level', 'There is no price level 99.', [{ ...create, PriceLevel: 99 }], {}],
    [
      'a level at which the item has no price',
      'KES-SRV has no price at price level 12.',
      [{ ...create, ItemId: 'KES-SRV' }],
      {},
    ],
    ['a quantity below 0', 'The Quantity must not be negative.', [{ ...create, Quantity: -1 }], {}],
    ['half a licence', 'The Quantity 2.5 is not a whole number.', [{ ...create, Quantity: 2.5 }], {}],
    [
      'a charge of another agreement',
      'Agreement 31 has no additional charge 9001.',
      [{ Action: 'Update', DetailId: 9001, Quantity: 1 }],
      {},
    ],
    ['an unknown action', 'The Action Replace is not known.', [{ ...create, Action: 'Replace' }], {}],
  ])('%s', async (_, message, lines, sent) => {
    const account = acmeAccount(tigerpaw)
    account.addAccount({ id: 251, name: 'Beta AG' })
    account.addItem({ itemId: 'KES-OLD', description: 'Old', prices: { 12: 1 }, inactive: true })
    account.addAgreement({ id: 32, account: 250, startDate: '2026-01-01', endDate: '2026-11-16' })
    account.addAgreement({ id: 33, account: 251, startDate: '2026-01-01' })
    account.addAgreement({ id: 34, account: 250, startDate: '2026-01-01' })
    account.lock(34, 'Jane Smith')
    account.addCharge({ id: 9001, agreement: 33, itemId: 'KES-WKS', quantity: 7, priceLevel: 11 })

    const { status, said } = await submit(account, lines, sent)

    expect([status, said[0], said[1]]).toEqual([200, 'false', message])
    expect([31, 32, 34].flatMap((id) => account.chargesOf(id))).toEqual([])
    expect(account.chargesOf(33)).toMatchObject([{ quantity: 7 }])
  })

  test('one charge named by two lines', async () => {
    const account = acmeAccount(tigerpaw)
    const { id } = account.addCharge({ agreement: 31, itemId: 'KES-WKS', quantity: 25, priceLevel: 11 })
    const update = { Action: 'Update', DetailId: id }

    const { said } = await submit(account, [
      { ...update, Quantity: 26 },
      { ...update, Quantity: 27 },
    ])

    expect(said.slice(0, 2)).toEqual(['false', `Additional charge ${id} is named twice.`])
    expect(account.chargesOf(31)).toMatchObject([{ quantity: 25 }])
  })

  test('a quantity of 0, where the account is set so', async () => {
    const account = acmeAccount(tigerpaw)

    const allowed = await submit(account, [{ ...create, Quantity: 0 }])
    account.options.zeroQuantity = 'refused'
    const refused = await submit(account, [{ ...create, Quantity: 0 }])

    expect([allowed.said[0], refused.said[0]]).toEqual(['true', 'false'])
  })

  test('a lock goes when the screen is closed', async () => {
    const account = acmeAccount(tigerpaw)

    account.lock(31, 'Jane Smith')
    const locked = await submit(account, [create])
    account.unlock(31)
    const unlocked = await submit(account, [create])

    expect([locked.said[0], unlocked.said[0]]).toEqual(['false', 'true'])
    expect(account.chargesOf(31)).toHaveLength(1)
  })

  test('the next write, whatever it is, where a test wants so', async () => {
    const account = acmeAccount(tigerpaw)
    account.refuseNextWrite('The period is being invoiced.')

    const refused = await submit(account, [create])
    const stored = await submit(account, [create])

    expect(refused).toMatchObject({ status: 200, said: ['false', 'The period is being invoiced.'] })
    expect(stored.said[0]).toBe('true')
    expect(account.chargesOf(31)).toHaveLength(1)
  })

  test('the provisional document, where the service understands another only', async () => {
    const account = acmeAccount(tigerpaw)
    account.options.dialect = 'other'

    const provisional = await submit(account, [create])
    const other = await submit(account, [create], { root: 'AdditionalChargeBatch' })

    expect(provisional.said).toEqual(['false', 'The document in Params is not understood.'])
    expect(other.said[0]).toBe('true')
  })
})
