import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeAccount, call } from './calling.ts'
import { type ConnectWise, startConnectWise } from './server.ts'

let cw: ConnectWise

beforeAll(async () => {
  cw = await startConnectWise({ now: () => new Date('2026-11-17T09:30:00Z') })
})
afterAll(() => cw.close())

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
