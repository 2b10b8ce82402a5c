import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewLine, QuantityChange } from '../../../worker/psa/port.ts'
import { surelyNotDone } from '../../../worker/vendor/error.ts'
import { startTigerpaw, type Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { callsOf } from '../calls.ts'
import { failureOf } from '../contract.ts'
import { adapterOf, type Differences, isWrite, soapPath } from './adapter.ts'

let vendor: Tigerpaw
beforeAll(async () => {
  vendor = await startTigerpaw()
})
afterAll(() => vendor.close())

describe('what is sent', () => {
  test('a new line has item, quantity, level and the selling price at that level', async () => {
    const { account, psa, agreement, gold, made } = withAgreement()

    const written = await psa.createLine(made(93, { priceLevelId: `${gold.id}` }))

    expect(written).toEqual({ kind: 'accepted' })
    expect(account.chargesOf(agreement)).toMatchObject([
      { itemId: 'KES', quantity: 93, priceLevel: gold.id, price: 2.75 },
    ])
    const sent = account.calls.find(isWrite)?.body
    for (const part of [
      '<ItemDescription>Endpoint protection</ItemDescription>',
      '<UseFlatPrice>false</UseFlatPrice>',
      '<Price>2.75</Price>',
      '<PrintWhenQuantityZero>false</PrintWhenQuantityZero>',
      '<DeleteAfterInvoicing>false</DeleteAfterInvoicing>',
    ]) {
      expect(sent).toContain(part)
    }
  })

  test('a quantity is sent alone: level and a price made by hand stay', async () => {
    const { account, psa, agreement, gold, change } = withAgreement()
    const { id } = account.addCharge({
      agreement,
      itemId: 'KES',
      quantity: 40,
      priceLevel: gold,
      price: 1.99,
    })

    await psa.setQuantity(change(id, 40, 42))

    expect(account.chargesOf(agreement)).toMatchObject([
      { detailId: id, quantity: 42, priceLevel: gold.id, price: 1.99 },
    ])
  })

  test('a change of the price level sends the level with its selling price', async () => {
    const { account, psa, agreement, standard, gold, change } = withAgreement()
    const { id } = account.addCharge({ agreement, itemId: 'KES', quantity: 40, priceLevel: standard })

    await psa.setQuantity(change(id, 40, 40, { priceLevelId: `${gold.id}` }))

    expect(account.chargesOf(agreement)).toMatchObject([
      { detailId: id, quantity: 40, priceLevel: gold.id, price: 2.75 },
    ])
  })

  test('two lines of one agreement ask for the agreement and the item once', async () => {
    const { account, psa, agreementId, made } = withAgreement()

    await psa.createLine(made(5))
    await psa.createLine(made(6))

    expect(callsOf(account)).toEqual([
      'GET /api/pricebook/items/details',
      `GET /api/agreements/${agreementId}`,
      `POST ${soapPath}`,
      `POST ${soapPath}`,
    ])
  })

  test('marks that XML gives a meaning arrive as they are, in ids, descriptions and passwords', async () => {
    const soapPassword = `p&a<s>s"w'ö ]]> &amp;`
    const { account, psa, agreement, standard, made } = withAgreement({ soapPassword })
    const itemId = `KES & "Cloud" <Plus>/10 für 'Größe' 𝒳`
    account.addItem({ itemId, description: 'Schutz & <Pflege>\u000b', prices: { [standard.id]: 4 } })

    await psa.createLine(made(7, { productId: itemId }))

    expect(account.chargesOf(agreement)).toMatchObject([{ itemId, quantity: 7 }])
    expect(account.store.charges.all()).toMatchObject([{ description: 'Schutz & <Pflege>' }])
  })
})

describe('what is not even sent', () => {
  test.each([
    ['a price level that nobody chose', { priceLevelId: null }, 'no price level is chosen'],
    ['a price level at which the item has no price', { priceLevelId: '999' }, 'has no selling price'],
    ['an item that the price book lacks', { productId: 'NOPE' }, 'no item "NOPE"'],
    ['an agreement that is gone', { agreementId: '2099999' }, 'no agreement "2099999"'],
    ['half a licence', { quantity: 2.5 }, 'not 2.5'],
    ['a quantity below 0', { quantity: -1 }, 'not -1'],
  ])('a new line with %s', async (_, difference, words) => {
    const { account, psa, made } = withAgreement()

    const failure = await failureOf(psa.createLine(made(5, difference)))

    expect(failure).toEqual({ kind: 'rejected', status: 0, reply: expect.stringContaining(words) })
    expect(account.calls.filter(isWrite)).toEqual([])
  })

  test.each([
    ['half a licence', 'lineId' as const, '9001', 2.5],
    ['an id that is none', 'lineId' as const, '9001/../9002', 5],
  ])('a change with %s', async (_, field, value, to) => {
    const { account, psa, change } = withAgreement()

    const failure = await failureOf(psa.setQuantity(change(9001, 4, to, { [field]: value })))

    expect(failure).toMatchObject({ kind: 'rejected', status: 0 })
    expect(account.calls).toEqual([])
  })
})

describe('what a refusal says', () => {
  test('an agreement that is open on someone’s screen: with the name, and surely not done', async () => {
    const { account, psa, agreement, agreementId, made } = withAgreement()
    account.lock(agreement, 'Jane Doe')

    const failure = await failureOf(psa.createLine(made(5)))

    expect(failure).toEqual({
      kind: 'rejected',
      status: 200,
      reply: expect.stringContaining(`Agreement ${agreementId} is locked by Jane Doe.`),
    })
    expect(surelyNotDone(failure)).toBe(true)
    expect(account.chargesOf(agreement)).toEqual([])
  })

  test('a Tigerpaw that takes no quantity of 0 leaves the line as it is', async () => {
    const { account, psa, agreement, standard, change } = withAgreement()
    account.options.zeroQuantity = 'refused'
    const { id } = account.addCharge({ agreement, itemId: 'KES', quantity: 4, priceLevel: standard })

    const failure = await failureOf(psa.setQuantity(change(id, 4, 0)))

    expect(failure).toMatchObject({ kind: 'rejected', reply: expect.stringContaining('must not be 0') })
    expect(account.chargesOf(agreement)).toMatchObject([{ detailId: id, quantity: 4 }])
  })

  test('one line that is refused in an answer that else says yes', async () => {
    const { account, psa, made } = withAgreement()
    answerNext(account, 200, resultWith('true', 'false', 'The item was discontinued.'))

    const failure = await failureOf(psa.createLine(made(5)))

    expect(failure).toEqual({ kind: 'rejected', status: 200, reply: 'The item was discontinued.' })
  })

  test('a password that Tigerpaw quotes does not come out', async () => {
    const { account, psa, made } = withAgreement({ soapPassword: 'hunter&22' })
    account.refuseNextWrite('Refused for kaspersky with hunter&22.')

    const failure = await failureOf(psa.createLine(made(5)))

    expect(failure).toMatchObject({ reply: 'Refused for kaspersky with •••.' })
  })
})

describe('SOAP faults', () => {
  test('a wrong password is told as refused credentials', async () => {
    const { psa, made } = withAgreement({}, { credentials: { soapPassword: 'an old one' } })

    expect(await failureOf(psa.createLine(made(5)))).toEqual({ kind: 'unauthorized' })
  })

  test.each([
    ['Client', 'Params is missing.', true],
    ['Server', 'Server was unable to process request. ---> Timeout expired.', false],
    ['Server', 'The charges of API user kaspersky failed half-way.', false],
    ['Server', 'Server was unable to process request. ---> Invalid user name or password.', true],
  ])('a %s fault "%s" is surely not done: %s', async (code, words, notDone) => {
    const { account, psa, made } = withAgreement()
    const fault = `<soap:Fault><faultcode>soap:${code}</faultcode><faultstring>${words}</faultstring></soap:Fault>`
    answerNext(account, 500, envelope(fault))

    const failure = await failureOf(psa.createLine(made(5)))

    expect(surelyNotDone(failure)).toBe(notDone)
  })
})

describe('what may be done although no answer says so', () => {
  test.each([
    ['a cut answer', { kind: 'truncated' as const }],
    ['a web page', { kind: 'html' as const }],
    ['500 without a fault', { kind: 'status' as const, status: 500, body: 'Runtime Error' }],
    ['an empty answer', { kind: 'status' as const, status: 200, body: '' }],
    ['a result without Success', { kind: 'status' as const, status: 200, body: envelope(result('')) }],
    ['an answer nested without end', { kind: 'status' as const, status: 200, body: nested(200) }],
    ['an answer with a DOCTYPE', { kind: 'status' as const, status: 200, body: withDoctype() }],
  ])('%s', async (_, fault) => {
    const { account, psa, made } = withAgreement()
    account.faults.add({ ...fault, match: isWrite })

    const failure = await failureOf(psa.createLine(made(5)))

    expect(surelyNotDone(failure)).toBe(false)
    expect(account.calls.filter(isWrite)).toHaveLength(1)
  })

  test('a write that takes longer than its own time-out, and is carried out', async () => {
    const { account, psa, agreement, made } = withAgreement({}, { writeTimeoutMs: 100 })
    account.faults.add({ kind: 'hang', ms: 3000, match: isWrite })

    const failure = await failureOf(psa.createLine(made(5)))

    expect(surelyNotDone(failure)).toBe(false)
    expect(account.chargesOf(agreement)).toMatchObject([{ quantity: 5 }])
  })
})

function withAgreement(credentials: Parameters<Tigerpaw['account']>[0] = {}, differences: Differences = {}) {
  const account = vendor.account(credentials)
  const standard = account.addPriceLevel({ description: 'Standard' })
  const gold = account.addPriceLevel({ description: 'Gold' })
  account.addItem({
    itemId: 'KES',
    description: 'Endpoint protection',
    prices: { [standard.id]: 3.5, [gold.id]: 2.75 },
  })
  const company = account.addAccount({ name: 'Acme GmbH', linked: true })
  const agreement = account.addAgreement({ account: company, startDate: '2026-01-01' })
  const agreementId = `${agreement.id}`
  const made = (quantity: number, different: Partial<NewLine> = {}): NewLine => ({
    agreementId,
    productId: 'KES',
    quantity,
    startsOn: '2026-11-05',
    priceLevelId: `${standard.id}`,
    ...different,
  })
  const change = (
    lineId: number,
    from: number,
    to: number,
    different: Partial<QuantityChange> = {},
  ): QuantityChange => ({
    agreementId,
    lineId: `${lineId}`,
    productId: 'KES',
    from,
    to,
    on: '2026-11-05',
    priceLevelId: null,
    ...different,
  })
  const psa = adapterOf(account, differences)
  return { account, psa, agreement, agreementId, standard, gold, made, change }
}

function answerNext(
  account: ReturnType<typeof withAgreement>['account'],
  status: number,
  body: string,
): void {
  account.faults.add({ kind: 'status', status, body, match: isWrite })
}

function envelope(body: string): string {
  return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`
}

function result(content: string): string {
  const name = 'SubmitAgreementAdditionalCharges'
  return (
    `<${name}Response xmlns="http://www.tigerpawsoftware.com"><${name}Result><AgreementAdditionalChargesResult>${content}` +
    `</AgreementAdditionalChargesResult></${name}Result></${name}Response>`
  )
}

function resultWith(success: string, lineSuccess: string, message: string): string {
  const line = `<AdditionalCharge><Success>${lineSuccess}</Success><Message>${message}</Message></AdditionalCharge>`
  return envelope(result(`<Success>${success}</Success><Message/>${line}`))
}

function nested(depth: number): string {
  return '<a>'.repeat(depth) + '</a>'.repeat(depth)
}

function withDoctype(): string {
  const entities = '<!DOCTYPE x [<!ENTITY yes "true">]>'
  return entities + envelope(result('<Success>&yes;</Success>'))
}
