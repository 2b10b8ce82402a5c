import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeAccount, call } from './calling.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise

beforeAll(async () => {
  cw = await startConnectWise({ now: () => new Date('2026-11-17T09:30:00Z') })
})
afterAll(() => cw.close())

describe('agreements', () => {
  test('the status follows from dates and flags, the end day still counting', async () => {
    const account = acmeAccount(cw)
    const add = (name: string, more: object) => account.addAgreement({ company: 250, name, ...more })
    add('ends today', { endDate: '2026-11-17' })
    add('ended', { endDate: '2026-11-16' })
    add('ended, but endless', { endDate: '2026-11-16', noEndingDate: true })
    add('cancelled', { cancelled: true })
    add('to come', { startDate: '2026-11-18' })

    const { json } = await call(
      account,
      '/finance/agreements?fields=name,agreementStatus&conditions=company/id=250',
    )
    const active = await call(account, '/finance/agreements/count?conditions=agreementStatus="Active"')

    expect(json).toEqual([
      { name: 'Managed Security', agreementStatus: 'Active' },
      { name: 'ends today', agreementStatus: 'Active' },
      { name: 'ended', agreementStatus: 'Expired' },
      { name: 'ended, but endless', agreementStatus: 'Active' },
      { name: 'cancelled', agreementStatus: 'Cancelled' },
      { name: 'to come', agreementStatus: 'Inactive' },
    ])
    expect(active.json).toEqual({ count: 3 })
  })

  test('the company is shown by the name it has now', async () => {
    const account = acmeAccount(cw)
    account.editByHand('company', 250, { name: 'Acme SE' })

    const { json } = await call(account, '/finance/agreements/31?fields=company')

    expect(json).toEqual({ company: { id: 250, identifier: 'ACME', name: 'Acme SE' } })
  })

  test('PUT needs fields that POST fills in', async () => {
    const account = acmeAccount(cw)
    const body = {
      name: 'New',
      type: { name: 'Managed Services' },
      company: { identifier: 'acme' },
      contact: { id: 1 },
    }

    const posted = await call(account, '/finance/agreements', { method: 'POST', body })
    const put = await call(account, '/finance/agreements/31', { method: 'PUT', body })

    expect(posted).toMatchObject({ status: 201, json: { company: { id: 250 }, billTime: 'Billable' } })
    expect(put).toMatchObject({ status: 400, json: { code: 'InvalidObject' } })
    expect(JSON.stringify(put.json)).toContain('invoicingCycle is required.')
  })
})

describe('other refusals', () => {
  test('unknown paths, records and methods', async () => {
    const account = acmeAccount(cw)
    const answers = await Promise.all([
      call(account, '/finance/invoices'),
      call(account, '/company/companies/999'),
      call(account, '/company/companies/acme'),
      call(account, '/finance/agreements/32/additions'),
      call(account, '/company/companies', { method: 'DELETE' }),
      call(account, '/company/companies/250', { method: 'POST', body: {} }),
    ])

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 405, 405])
  })

  test('an address beyond 10,000 characters', async () => {
    const account = acmeAccount(cw)
    const conditions = `id in (${Array.from({ length: 2500 }, (_, n) => n + 1000).join(',')})`

    expect((await call(account, `/company/companies?conditions=${conditions}`)).status).toBe(414)
  })

  test('a company without any part of an address, or with an identifier in use', async () => {
    const account = acmeAccount(cw)
    const post = (body: unknown) => call(account, '/company/companies', { method: 'POST', body })

    const answers = [
      await post({ identifier: 'BETA', name: 'Beta' }),
      await post({ identifier: 'acme', name: 'Acme 2', city: 'Bonn' }),
      await post({ identifier: 'BETA', name: 'Beta', city: 'Bonn' }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 201])
  })
})
