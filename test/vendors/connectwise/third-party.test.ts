import https from 'node:https'
import connect from 'connectwise-manage-rest-api'
import { ManageAPI } from 'connectwise-rest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { throttled } from './errors.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise
const trustedBefore = https.globalAgent.options.ca

beforeAll(async () => {
  cw = await startConnectWise({ tls: true })
  if (cw.ca !== undefined) https.globalAgent.options.ca = cw.ca
})
afterAll(async () => {
  https.globalAgent.destroy()
  if (trustedBefore === undefined) delete https.globalAgent.options.ca
  else https.globalAgent.options.ca = trustedBefore
  await cw.close()
})

/** Acme with the agreement 31, the product 41 at 3.50 and `additions` additions of 1, 2, 3 and so on. */
function acmeAccount(additions = 0): Account {
  const account = cw.account()
  account.addCompany({ id: 250, name: 'Acme GmbH', identifier: 'ACME' })
  account.addProduct({ id: 41, identifier: 'KES-WKS', price: 3.5 })
  account.addAgreement({ id: 31, company: 250, name: 'Managed Security' })
  for (let n = 1; n <= additions; n++) account.addAddition({ agreement: 31, product: 41, quantity: n })
  return account
}

function host(): string {
  return new URL(cw.httpsUrl ?? '').host
}

describe('connectwise-rest', () => {
  function clientOf(account: Account, privateKey = account.privateKey): ManageAPI {
    const { companyId, publicKey, clientId } = account
    return new ManageAPI({ companyId, publicKey, privateKey, clientId, companyUrl: host(), logger: () => {} })
  }

  test('lists with conditions, order and fields', async () => {
    const account = acmeAccount()
    account.addCompany({ id: 251, name: 'Beta AG' })
    account.addCompany({ id: 252, name: 'Gone Ltd', deleted: true })

    const companies = await clientOf(account).CompanyAPI.getCompanyCompanies({
      conditions:
        'deletedFlag = false and (name like "acme*" or identifier contains "eta") and dateAcquired > [2020-01-01]',
      childConditions: 'types/name = "Customer"',
      orderBy: 'name desc',
      fields: 'id,name',
    })

    expect(companies).toEqual([
      { id: 251, name: 'Beta AG' },
      { id: 250, name: 'Acme GmbH' },
    ])
  })

  test('pages through everything', async () => {
    const account = acmeAccount()
    for (let n = 1; n <= 6; n++) account.addAgreement({ company: 250, name: `Agreement ${n}` })
    const client = clientOf(account)

    const agreements = await client.paginate(
      client.FinanceAPI.getFinanceAgreements,
      { pageSize: 3 },
      { orderBy: 'id desc', fields: 'name' },
    )

    const names = [6, 5, 4, 3, 2, 1].map((n) => ({ name: `Agreement ${n}` }))
    expect(agreements).toEqual([...names, { name: 'Managed Security' }])
    expect(account.calls.map(({ query }) => query.page)).toEqual(['1', '2', '3'])
  })

  test('opens, closes and annotates a ticket', async () => {
    const account = acmeAccount()
    const board = account.addBoard({ name: 'Security' })
    const { ServiceAPI } = clientOf(account)

    const made = await ServiceAPI.postServiceTickets({
      summary: 'Protection is off',
      recordType: 'ServiceTicket',
      company: { identifier: 'ACME' },
      board: { name: 'Security' },
      initialDescription: 'PC-1',
    })
    const id = made.id ?? 0
    await ServiceAPI.postServiceTicketsByParentIdNotes(id, { text: 'PC-2 too', internalAnalysisFlag: true })
    const closed = await ServiceAPI.patchServiceTicketsById(id, [
      { op: 'replace', path: 'status', value: { id: account.statusNamed(board, 'Closed').id } },
    ])
    const open = await ServiceAPI.getServiceTickets({ conditions: 'company/id = 250 and closedFlag = false' })

    expect(made).toMatchObject({ status: { name: 'New' }, closedFlag: false })
    expect(closed).toMatchObject({ status: { name: 'Closed' }, closedFlag: true })
    expect(open).toEqual([])
    expect(account.notesOf(id).map(({ text }) => text)).toEqual(['PC-1', 'PC-2 too'])
  })

  test('counts, creates, changes, replaces and deletes an addition', async () => {
    const account = acmeAccount()
    account.addProduct({ id: 42, identifier: 'KES-SRV', price: 7 })
    const client = clientOf(account)
    const { FinanceAPI } = client

    const made = await FinanceAPI.postFinanceAgreementsByParentIdAdditions(31, {
      product: { identifier: 'KES-WKS' },
      quantity: 25,
      billCustomer: 'Billable',
    })
    const id = made.id ?? 0
    const counted = await client.request({
      path: `/finance/agreements/31/additions/${id}`,
      method: 'patch',
      data: [{ op: 'replace', path: 'quantity', value: 27 }],
    })
    const resold = await FinanceAPI.patchFinanceAgreementsByParentIdAdditionsById(id, 31, [
      { op: 'replace', path: 'product', value: { id: 42 } },
    ])
    const count = await FinanceAPI.getFinanceAgreementsByParentIdAdditionsCount(31)
    const replaced = await FinanceAPI.putFinanceAgreementsByParentIdAdditionsById(id, 31, {
      product: { id: 42 },
      quantity: 5,
      billCustomer: 'NoCharge',
    })
    await FinanceAPI.deleteFinanceAgreementsByParentIdAdditionsById(id, 31)

    expect(made).toMatchObject({ quantity: 25, unitPrice: 3.5, extPrice: 87.5, agreementStatus: 'Active' })
    expect(counted).toMatchObject({ id, quantity: 27, extPrice: 94.5 })
    expect(resold).toMatchObject({ id, quantity: 27, unitPrice: 3.5, product: { identifier: 'KES-SRV' } })
    expect(count).toEqual({ count: 1 })
    expect(replaced).toMatchObject({ id, quantity: 5, unitPrice: 7, billCustomer: 'NoCharge' })
    expect(account.additionsOf(31)).toEqual([])
  })

  test('reads the version and who is signed in', async () => {
    const { SystemAPI } = clientOf(acmeAccount())

    expect(await SystemAPI.getSystemInfo()).toMatchObject({ version: 'v2025.1.114' })
    expect(await SystemAPI.getSystemMyMembersInfo()).toMatchObject({
      identifier: 'BillingApi',
      licenseClass: 'A',
    })
  })

  test('learns what is wrong with a record', async () => {
    const { FinanceAPI } = clientOf(acmeAccount())

    const posted = FinanceAPI.postFinanceAgreementsByParentIdAdditions(31, {
      product: { id: 41 },
      billCustomer: 'Billable',
      serialNumber: 'x'.repeat(51),
    })

    await expect(posted).rejects.toMatchObject({
      status: 400,
      data: { code: 'InvalidObject', errors: [{ resource: 'addition', field: 'serialNumber' }] },
    })
  })

  test('learns that its key is wrong and that it is too fast', async () => {
    const account = acmeAccount()
    account.faults.add({ match: ({ path }) => path === '/system/myMembers/info', ...throttled(30) })

    const wrongKey = clientOf(account, 'guessed').CompanyAPI.getCompanyCompanies()
    await expect(wrongKey).rejects.toMatchObject({ status: 401, data: { code: 'Unauthorized' } })

    const tooFast = clientOf(account).SystemAPI.getSystemMyMembersInfo()
    await expect(tooFast).rejects.toMatchObject({ status: 429, data: { error: 'ConnectWiseAPI' } })
  })
})

describe('connectwise-manage-rest-api', () => {
  function clientOf(account: Account, privateKey = account.privateKey) {
    const { companyId, publicKey, clientId } = account
    return connect({ fqdn: host(), companyId, publicKey, privateKey, clientId })
  }

  test('finds the codebase first, then lists', async () => {
    const account = acmeAccount()

    const conditions = encodeURIComponent('company/identifier = "ACME" and agreementStatus = "Active"')
    const agreements = await clientOf(account).get(
      `finance/agreements?conditions=${conditions}&fields=id,company/name`,
    )

    expect(agreements).toEqual([{ id: 31, company: { name: 'Acme GmbH' } }])
    expect(account.calls.map(({ path }) => path)).toEqual([
      `/login/companyinfo/${account.companyId}`,
      '/finance/agreements',
    ])
  })

  test('pages through everything', async () => {
    const client = clientOf(acmeAccount(5))

    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) =>
        client.get(`finance/agreements/31/additions?pageSize=2&page=${page}&fields=quantity`),
      ),
    )

    expect(pages.flat()).toEqual([1, 2, 3, 4, 5].map((quantity) => ({ quantity })))
    expect(pages.at(-1)).toEqual([])
  })

  test('creates, changes and deletes an addition', async () => {
    const account = acmeAccount()
    const client = clientOf(account)

    const made = await client.post('finance/agreements/31/additions', {
      product: { id: 41 },
      quantity: 25,
      billCustomer: 'Billable',
      effectiveDate: '2026-11-01T00:00:00Z',
    })
    const id = account.additionsOf(31)[0]?.id
    const changed = await client.patch(`finance/agreements/31/additions/${id}`, [
      { op: 'replace', path: '/quantity', value: 27 },
    ])
    const deleted = await client.delete(`finance/agreements/31/additions/${id}`)

    expect(made).toMatchObject({ id, quantity: 25, effectiveDate: '2026-11-01T00:00:00Z' })
    expect(changed).toMatchObject({ id, quantity: 27 })
    expect(deleted).toBeUndefined()
    expect(account.additionsOf(31)).toEqual([])
  })

  test('learns what is wrong with a record, that its key is wrong and that it is too fast', async () => {
    const account = acmeAccount()
    const posted = clientOf(account).post('finance/agreements/31/additions', { product: { id: 41 } })
    await expect(posted).rejects.toMatchObject({
      response: { status: 400 },
      responseBody: { errors: [{ code: 'MissingRequiredField', message: 'billCustomer is required.' }] },
    })

    const wrongKey = clientOf(account, 'guessed').get('company/companies')
    await expect(wrongKey).rejects.toMatchObject({ response: { status: 401 } })

    account.faults.add({ match: ({ path }) => path === '/company/companies', ...throttled(30) })
    const tooFast = clientOf(account).get('company/companies')
    await expect(tooFast).rejects.toMatchObject({
      response: { status: 429 },
      responseBody: { message: 'Too many requests. Please try again in 30 seconds.' },
    })
  })
})
