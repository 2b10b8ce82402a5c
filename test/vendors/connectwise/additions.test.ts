import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount, call } from './calling.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise

beforeAll(async () => {
  cw = await startConnectWise({ now: () => new Date('2026-11-17T09:30:00Z') })
})
afterAll(() => cw.close())

describe('additions', () => {
  const post = (account: Account, body: unknown, agreementId = 31) =>
    call(account, `/finance/agreements/${agreementId}/additions`, { method: 'POST', body })
  const patch = (account: Account, id: number, body: unknown) =>
    call(account, `/finance/agreements/31/additions/${id}`, { method: 'PATCH', body })

  test('a new one takes price, cost and texts from its product and shows what follows from them', async () => {
    const account = acmeAccount(cw)

    const { status, headers, json } = await post(account, {
      product: { identifier: 'kes-wks' },
      quantity: 25,
      billCustomer: 'Billable',
      serialNumber: null,
      billedQuantity: 9999,
    })

    const path = '/v4_6_release/apis/3.0/finance/agreements/31/additions/9001'
    expect([status, headers.get('location')]).toEqual([201, `${cw.url}${path}`])
    expect(json).toEqual({
      id: 9001,
      product: { id: 41, identifier: 'KES-WKS', serializedFlag: false },
      quantity: 25,
      lessIncluded: 0,
      unitPrice: 3.5,
      unitCost: 2.1,
      billCustomer: 'Billable',
      effectiveDate: '2026-11-17T00:00:00Z',
      taxableFlag: true,
      invoiceDescription: 'Workstation',
      purchaseItemFlag: false,
      specialOrderFlag: false,
      prorateCurrentPeriodFlag: false,
      sequenceNumber: 1,
      description: 'Workstation',
      uom: 'Each',
      billedQuantity: 25,
      extPrice: 87.5,
      extCost: 52.5,
      margin: 35,
      prorateCost: 0,
      proratePrice: 0,
      extendedProrateCost: 0,
      extendedProratePrice: 0,
      agreementId: 31,
      agreementStatus: 'Active',
      _info: {
        lastUpdated: '2026-11-17T09:30:00Z',
        updatedBy: 'BillingApi',
        dateEntered: '2026-11-17T09:30:00Z',
        enteredBy: 'BillingApi',
      },
    })
  })

  test('everything that is wrong with a new one is said at once', async () => {
    const account = acmeAccount(cw)

    const { status, json } = await post(account, {
      product: { id: 999 },
      quantity: '25',
      serialNumber: 'x'.repeat(51),
      effectiveDate: '2026-11-01',
    })

    expect(status).toBe(400)
    expect(json).toEqual({
      code: 'InvalidObject',
      message: 'addition object is invalid',
      errors: [
        { code: 'InvalidReference', message: expect.any(String), resource: 'addition', field: 'product' },
        { code: 'InvalidValue', message: expect.any(String), resource: 'addition', field: 'quantity' },
        { code: 'MaxLength', message: expect.any(String), resource: 'addition', field: 'serialNumber' },
        { code: 'InvalidValue', message: expect.any(String), resource: 'addition', field: 'effectiveDate' },
        {
          code: 'MissingRequiredField',
          message: 'billCustomer is required.',
          resource: 'addition',
          field: 'billCustomer',
        },
      ],
    })
    expect(account.additionsOf(31)).toEqual([])
  })

  test('the same product twice is let in, a bundle is not', async () => {
    const account = acmeAccount(cw)
    account.addProduct({ id: 43, identifier: 'PACK', productClass: 'Bundle' })
    const of = (id: number) => ({ product: { id }, quantity: 1, billCustomer: 'Billable' })

    const statuses = [
      await post(account, of(41)),
      await post(account, of(41)),
      await post(account, of(43)),
      await post(account, of(41), 999),
    ].map(({ status }) => status)

    expect(statuses).toEqual([201, 201, 400, 404])
    expect(account.additionsOf(31)).toMatchObject([{ sequenceNumber: 1 }, { sequenceNumber: 2 }])
  })

  test('on a cancelled or expired agreement a new one is refused, or let in where the account is set so', async () => {
    const account = acmeAccount(cw)
    account.addAgreement({ id: 32, company: 250, name: 'Over', endDate: '2026-10-31' })
    const body = { product: { id: 41 }, quantity: 1, billCustomer: 'Billable' }

    const refused = await post(account, body, 32)
    account.policy.closedAgreements = 'accept'
    const accepted = await post(account, body, 32)

    expect(refused.status).toBe(400)
    expect(accepted).toMatchObject({ status: 201, json: { agreementStatus: 'Expired' } })
  })

  test('a PATCH by the bare name or with a slash in front changes the field and what follows from it', async () => {
    const account = acmeAccount(cw)
    const { id } = account.addAddition({ agreement: 31, product: 41, quantity: 25 })

    const bare = await patch(account, id, [{ op: 'replace', path: 'quantity', value: 27 }])
    const slashed = await patch(account, id, [{ op: 'replace', path: '/lessIncluded', value: 2 }])

    expect(bare).toMatchObject({ status: 200, json: { id, quantity: 27, extPrice: 94.5 } })
    expect(slashed.json).toMatchObject({ quantity: 27, billedQuantity: 25 })
    expect(slashed.json).toMatchObject({ _info: { enteredBy: 'Admin1', updatedBy: 'BillingApi' } })
  })

  test('a PATCH into a field is answered like a success and changes nothing', async () => {
    const account = acmeAccount(cw)
    const { id } = account.addAddition({ agreement: 31, product: 41, quantity: 25 })

    const { status, json } = await patch(account, id, [{ op: 'replace', path: 'product/id', value: 42 }])

    expect(status).toBe(200)
    expect(json).toMatchObject({ product: { id: 41 }, _info: { updatedBy: 'Admin1' } })
  })

  test('a PATCH is refused for a name in other letters, a wrong type, a taken-away required field', async () => {
    const account = acmeAccount(cw)
    const { id } = account.addAddition({ agreement: 31, product: 41, quantity: 25 })

    const answers = [
      await patch(account, id, [{ op: 'replace', path: 'Quantity', value: 27 }]),
      await patch(account, id, [{ op: 'replace', path: 'quantity', value: '27' }]),
      await patch(account, id, [{ op: 'remove', path: 'billCustomer' }]),
      await patch(account, id, [{ op: 'replace', path: 'product', value: { id: 999 } }]),
      await patch(account, id, { quantity: 27 }),
      await patch(account, id, [{ op: 'replace', path: 'quantity' }]),
    ]

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400])
    expect(account.additionsOf(31)).toMatchObject([{ quantity: 25 }])
  })

  test('a cleared date is left out of the answer', async () => {
    const account = acmeAccount(cw)
    const { id } = account.addAddition({
      agreement: 31,
      product: 41,
      quantity: 25,
      cancelledDate: '2026-12-31',
    })

    const set = await call(account, `/finance/agreements/31/additions/${id}`)
    const cleared = await patch(account, id, [{ op: 'replace', path: 'cancelledDate', value: null }])

    expect(set.json).toMatchObject({ cancelledDate: '2026-12-31T00:00:00Z' })
    expect(cleared.json).not.toHaveProperty('cancelledDate')
  })

  test('a PATCH fails for an old bad value it does not touch, unless the account is set otherwise', async () => {
    const account = acmeAccount(cw)
    const { id } = account.addAddition({ agreement: 31, product: 41, quantity: 25 })
    account.editAdditionByHand(31, id, { serialNumber: 'x'.repeat(51) })
    const body = [{ op: 'replace', path: 'quantity', value: 27 }]

    const refused = await patch(account, id, body)
    account.policy.revalidatesOnPatch = false
    const accepted = await patch(account, id, body)

    expect([refused.status, accepted.status]).toEqual([400, 200])
  })

  test('PUT takes what it does not name back to its default', async () => {
    const account = acmeAccount(cw)
    const { id } = account.addAddition({
      agreement: 31,
      product: 41,
      quantity: 25,
      unitPrice: 9,
      lessIncluded: 5,
    })

    const { status, json } = await call(account, `/finance/agreements/31/additions/${id}`, {
      method: 'PUT',
      body: { product: { id: 42 }, quantity: 3, billCustomer: 'NoCharge' },
    })

    expect(status).toBe(200)
    expect(json).toMatchObject({ id, quantity: 3, unitPrice: 7, lessIncluded: 0, billCustomer: 'NoCharge' })
  })

  test('DELETE takes one away, but none that stands on an invoice, and nothing that others name', async () => {
    const account = acmeAccount(cw)
    const open = account.addAddition({ agreement: 31, product: 41, quantity: 1 })
    const invoiced = account.addAddition({ agreement: 31, product: 41, quantity: 2, invoiced: true })
    const gone = (path: string) => call(account, path, { method: 'DELETE' })

    const statuses = [
      await gone(`/finance/agreements/31/additions/${open.id}`),
      await gone(`/finance/agreements/31/additions/${open.id}`),
      await gone(`/finance/agreements/31/additions/${invoiced.id}`),
      await gone('/finance/agreements/31'),
      await gone('/company/companies/250'),
      await gone('/procurement/catalog/41'),
      await gone('/procurement/catalog/42'),
    ].map(({ status }) => status)

    expect(statuses).toEqual([204, 404, 409, 409, 409, 409, 204])
    expect(account.additionsOf(31)).toMatchObject([{ id: invoiced.id, quantity: 2 }])
  })
})
