import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTigerpaw, type Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { callsOf } from '../calls.ts'
import { adapterOf, isWrite, soapPath } from './adapter.ts'

let vendor: Tigerpaw
beforeAll(async () => {
  vendor = await startTigerpaw()
})
afterAll(() => vendor.close())

test('a test write makes a charge of 1, sees it, takes it away, and leaves the others as they were', async () => {
  const { account, agreement, psa, on, before } = withCharges()
  account.options.nulls = 'random'

  const tested = await psa.testWrite(on)

  expect(tested).toEqual({ ok: true, problems: [] })
  expect(account.chargesOf(agreement)).toEqual(before)
  const path = `GET /api/agreements/${agreement.id}/additionalcharges`
  expect(callsOf(account).slice(-5)).toEqual([path, `POST ${soapPath}`, path, `POST ${soapPath}`, path])
  const [create, remove] = account.calls.filter(isWrite).map(({ body }) => body)
  expect(create).toContain('<Action>Create</Action>')
  expect(create).toContain('<Quantity>1</Quantity>')
  expect(remove).toContain('<Action>Delete</Action>')
})

describe('nothing is written', () => {
  test('where the agreement is gone', async () => {
    const { account, psa, on } = withCharges()

    const tested = await psa.testWrite({ ...on, agreementId: '2099999' })

    expect(tested).toMatchObject({ ok: false, problems: [{ code: 'agreement_not_found' }] })
    expect(account.calls.filter(isWrite)).toEqual([])
  })

  test('where the agreement has ended', async () => {
    const { account, agreement, psa, on } = withCharges()
    account.endAgreement(agreement, '2025-12-31')

    expect(await psa.testWrite(on)).toMatchObject({
      problems: [{ code: 'agreement_ended', message: expect.stringContaining('2025-12-31') }],
    })
    expect(account.calls.filter(isWrite)).toEqual([])
  })

  test('where the account is not cross-referenced', async () => {
    const { account, company, psa, on } = withCharges()
    account.unlink(company)

    expect(await psa.testWrite(on)).toMatchObject({ problems: [{ code: 'external_product_not_linked' }] })
    expect(account.calls.filter(isWrite)).toEqual([])
  })

  test('where the price book lacks the item, or a price for it', async () => {
    const { account, psa, on } = withCharges()
    account.addItem({ itemId: 'FREE', description: 'Without a price' })

    const lacking = await psa.testWrite({ ...on, productId: 'NOPE' })
    const unpriced = await psa.testWrite({ ...on, productId: 'FREE' })

    expect(lacking).toMatchObject({ problems: [{ code: 'product_not_found' }] })
    expect(unpriced).toMatchObject({ problems: [{ code: 'price_missing' }] })
    expect(account.calls.filter(isWrite)).toEqual([])
  })

  test('where the REST keys are refused', async () => {
    const { account, on } = withCharges()
    const psa = adapterOf(account, { credentials: { privateKey: 'an old one' } })

    expect(await psa.testWrite(on)).toMatchObject({
      problems: [{ code: 'credentials_refused', message: expect.stringContaining('REST API') }],
    })
  })
})

describe('what Tigerpaw refuses', () => {
  test('charges in another form than ours, in its own words', async () => {
    const { account, agreement, psa, on, before } = withCharges()
    account.options.dialect = 'other'

    const tested = await psa.testWrite(on)

    expect(tested).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'write_refused',
          message: expect.stringContaining('The document in Params is not understood.'),
        },
      ],
    })
    expect(account.chargesOf(agreement)).toEqual(before)
  })

  test('the API User', async () => {
    const { account, on } = withCharges()
    const psa = adapterOf(account, { credentials: { soapPassword: 'an old one' } })

    const tested = await psa.testWrite(on)

    expect(tested).toMatchObject({
      problems: [{ code: 'credentials_refused', message: expect.stringContaining('SOAP') }],
    })
    expect(JSON.stringify(tested)).not.toContain('an old one')
  })

  test('too many requests', async () => {
    const { account, psa, on } = withCharges()
    account.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '17' }, match: isWrite })

    expect(await psa.testWrite(on)).toMatchObject({
      problems: [{ code: 'throttled', message: expect.stringContaining('17 seconds') }],
    })
  })
})

describe('what is there counts, not what was answered', () => {
  test('a charge whose answer is lost is found, taken away, and told', async () => {
    const { account, agreement, psa, on, before } = withCharges()
    account.faults.add({ kind: 'resetAfter', match: isWrite })

    const tested = await psa.testWrite(on)

    expect(tested).toMatchObject({ ok: false, problems: [{ code: 'unavailable' }] })
    expect(account.chargesOf(agreement)).toEqual(before)
  })

  test('a charge that never came about is told with where to look later', async () => {
    const { account, agreement, psa, on, before } = withCharges()
    account.faults.add({ kind: 'resetBefore', match: isWrite })

    const tested = await psa.testWrite(on)

    expect(tested).toMatchObject({
      problems: [
        { code: 'unavailable', message: expect.stringContaining(`agreement ${agreement.id} in a few`) },
      ],
    })
    expect(account.chargesOf(agreement)).toEqual(before)
    expect(account.calls.filter(isWrite)).toHaveLength(1)
  })

  test('a charge that was accepted but is not there', async () => {
    const { account, psa, on } = withCharges()
    account.faults.add({ kind: 'status', status: 200, body: success, match: isWrite })

    expect(await psa.testWrite(on)).toMatchObject({ problems: [{ code: 'write_not_seen' }] })
  })

  test('a charge that Tigerpaw added to one that was there: the other one is named', async () => {
    const { account, psa, on, shown } = withCharges()
    const [first, ...others] = shown.charges
    account.faults.add({ kind: 'status', status: 200, body: success, match: isWrite })
    account.faults.add({
      kind: 'status',
      status: 200,
      body: JSON.stringify([{ ...first, Quantity: 41 }, ...others]),
      after: 1,
      match: ({ path }) => path.endsWith('/additionalcharges'),
    })

    expect(await psa.testWrite(on)).toMatchObject({
      problems: [
        { code: 'write_not_seen' },
        { code: 'wrong_content', message: expect.stringContaining(`changed: ${first?.DetailId} `) },
      ],
    })
  })

  test('a removal whose answer is lost is as good as one that was answered', async () => {
    const { account, agreement, psa, on, before } = withCharges()
    account.faults.add({ kind: 'resetAfter', after: 1, match: isWrite })

    expect(await psa.testWrite(on)).toEqual({ ok: true, problems: [] })
    expect(account.chargesOf(agreement)).toEqual(before)
  })
})

describe('what is left behind is named', () => {
  test('where a Tigerpaw forgets to remove it', async () => {
    const { account, agreement, psa, on, before } = withCharges()
    account.options.forgetsDeletes = true

    const tested = await psa.testWrite(on)

    const left = account.chargesOf(agreement).at(-1)
    expect(account.chargesOf(agreement)).toHaveLength(before.length + 1)
    expect(tested).toMatchObject({ ok: false, problems: [{ code: 'not_removed' }] })
    expect(tested?.problems[0]?.message).toMatch(
      new RegExp(`charge ${left?.detailId} .* agreement ${agreement.id}.* Remove it by hand`),
    )
  })

  test('where the removal is refused', async () => {
    const { account, agreement, psa, on } = withCharges()
    const refusal = success.replace('true', 'false').replace('<Message/>', '<Message>Not now.</Message>')
    account.faults.add({ kind: 'status', status: 200, body: refusal, after: 1, match: isWrite })

    const tested = await psa.testWrite(on)

    expect(tested).toMatchObject({
      problems: [{ code: 'not_removed', message: expect.stringContaining('because Not now.') }],
    })
    expect(account.chargesOf(agreement)).toHaveLength(3)
  })

  test.each([
    [
      'after it was made',
      1,
      /test charge is still there could not be read.* agreement (\d+) in a few minutes/,
    ],
    ['after its removal', 2, /test charge 9003 .*could not be read.* agreement (\d+) in a few minutes/],
  ])('where the charges can’t be read any more %s', async (_, after, words) => {
    const { account, agreement, psa, on } = withCharges()
    account.faults.add({
      kind: 'status',
      status: 503,
      after,
      times: Infinity,
      match: ({ path }) => path.endsWith('/additionalcharges'),
    })

    const tested = await psa.testWrite(on)

    expect(tested?.problems.map(({ code }) => code)).toEqual(['not_removed'])
    expect(words.exec(tested?.problems[0]?.message ?? '')?.[1]).toBe(`${agreement.id}`)
  })
})

describe('a charge that is not as it was sent', () => {
  test.each([
    ['its quantity', { Quantity: 10 }],
    ['its price level', { PriceLevel: 999 }],
    ['its price', { Price: 350 }],
  ])('%s is told, and the charge is taken away', async (_, difference) => {
    const { account, agreement, psa, on, before, shown } = withCharges()
    const id = 9003
    const made = { DetailId: id, SpecialItemId: 'KES', Quantity: 1, PriceLevel: shown.level, Price: 3.5 }
    account.faults.add({
      kind: 'status',
      status: 200,
      body: JSON.stringify([...shown.charges, { ...made, ...difference }]),
      after: 1,
      match: ({ path }) => path.endsWith('/additionalcharges'),
    })

    const tested = await psa.testWrite(on)

    expect(tested).toMatchObject({ ok: false, problems: [{ code: 'wrong_content' }] })
    expect(account.chargesOf(agreement)).toEqual(before)
  })

  test('one of another item is left alone and named, as someone else may have made it', async () => {
    const { account, psa, on, shown } = withCharges()
    const other = { DetailId: 9050, SpecialItemId: 'BACKUP', Quantity: 1, PriceLevel: shown.level }
    account.faults.add({
      kind: 'status',
      status: 200,
      body: JSON.stringify([...shown.charges, other]),
      after: 1,
      match: ({ path }) => path.endsWith('/additionalcharges'),
    })

    const tested = await psa.testWrite(on)

    expect(tested).toMatchObject({
      problems: [{ code: 'wrong_content', message: expect.stringContaining('9050') }],
    })
    expect(account.calls.filter(isWrite)).toHaveLength(1)
  })
})

test('another charge that changed while the test ran is named', async () => {
  const { account, psa, on, shown } = withCharges()
  const [first, ...others] = shown.charges
  account.faults.add({
    kind: 'status',
    status: 200,
    body: JSON.stringify([{ ...first, Quantity: 0 }, ...others]),
    after: 2,
    match: ({ path }) => path.endsWith('/additionalcharges'),
  })

  const tested = await psa.testWrite(on)

  expect(tested).toMatchObject({
    problems: [{ code: 'wrong_content', message: expect.stringContaining(`changed: ${first?.DetailId} `) }],
  })
})

const success =
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
  '<SubmitAgreementAdditionalChargesResponse xmlns="http://www.tigerpawsoftware.com">' +
  '<SubmitAgreementAdditionalChargesResult><AgreementAdditionalChargesResult><Success>true</Success><Message/>' +
  '</AgreementAdditionalChargesResult></SubmitAgreementAdditionalChargesResult>' +
  '</SubmitAgreementAdditionalChargesResponse></s:Body></s:Envelope>'

function withCharges() {
  const account = vendor.account()
  const level = account.addPriceLevel({ description: 'Managed customers' })
  account.addItem({ itemId: 'KES', description: 'Endpoint', prices: { [level.id]: 3.5 } })
  account.addItem({ itemId: 'BACKUP', description: 'Backup', prices: { [level.id]: 9 } })
  const company = account.addAccount({ name: 'Acme GmbH', linked: true })
  const agreement = account.addAgreement({ account: company, startDate: '2026-01-01' })
  account.addCharge({ agreement, itemId: 'KES', quantity: 40, priceLevel: level })
  account.addCharge({ agreement, itemId: 'BACKUP', quantity: 3, priceLevel: level })
  const before = account.chargesOf(agreement)
  const charges = before.map(({ detailId, itemId, quantity, priceLevel, price }) => ({
    DetailId: detailId,
    SpecialItemId: itemId,
    Quantity: quantity,
    PriceLevel: priceLevel,
    Price: price,
  }))
  const on = { agreementId: `${agreement.id}`, productId: 'KES' }
  const shown = { level: level.id, charges }
  return { account, company, agreement, psa: adapterOf(account), on, before, shown }
}
