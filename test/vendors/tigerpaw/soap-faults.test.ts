import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeAccount, call, clock, submit } from './calling.ts'
import { startTigerpaw, type Tigerpaw } from './server.ts'

let tigerpaw: Tigerpaw

beforeAll(async () => {
  tigerpaw = await startTigerpaw({ now: () => clock })
})
afterAll(() => tigerpaw.close())

const create = { Action: 'Create', ItemId: 'KES-WKS', Quantity: 25, PriceLevel: 12 }
const service = 'http://www.tigerpawsoftware.com'
const wrongCredentials = 'The user name or password is not valid.'

describe('SOAP faults', () => {
  test.each([
    ['a wrong password', { password: 'guessed' }, wrongCredentials],
    ['an unknown user', { user: 'nobody' }, wrongCredentials],
    ['a header in the namespace without a slash', { headerNamespace: service }, 'The AuthHeader is missing.'],
    [
      'an operation in the namespace with a slash',
      { namespace: `${service}/` },
      'The body does not hold SubmitAgreementAdditionalCharges.',
    ],
    [
      'an action without quotes',
      { action: `${service}/SubmitAgreementAdditionalCharges` },
      `The SOAPAction ${service}/SubmitAgreementAdditionalCharges is not known.`,
    ],
    ['an envelope that is not well-formed', { root: 'Broken><' }, 'The request is not a SOAP envelope.'],
  ])('%s', async (_, sent, message) => {
    const account = acmeAccount(tigerpaw)

    const { status, text, said } = await submit(account, [create], sent)

    expect([status, said]).toEqual([500, [message]])
    expect(text).toContain('<soap:Fault><faultcode>soap:Client</faultcode>')
    expect(account.chargesOf(31)).toEqual([])
  })

  test('another media type is turned away before that', async () => {
    const account = acmeAccount(tigerpaw)

    const json = await submit(account, [create], { contentType: 'application/json' })
    const latin = await submit(account, [create], { contentType: 'text/xml; charset=iso-8859-1' })

    expect([json.status, latin.status]).toEqual([415, 415])
    expect(account.chargesOf(31)).toEqual([])
  })

  test('a password may hold marks and is compared as it is', async () => {
    const account = tigerpaw.account({ soapUser: 'Kaspersky & Söhne', soapPassword: ' p<w>&"ü ' })
    account.addAccount({ id: 250, name: 'Acme GmbH', linked: true })
    account.addPriceLevel({ id: 12, description: 'Partner' })
    account.addItem({ itemId: 'KES-WKS', description: 'Workstation', prices: { 12: 3 } })
    account.addAgreement({ id: 31, account: 250, startDate: '2026-01-01' })
    const user = 'kaspersky &amp; s&#246;hne'

    const right = await submit(account, [create], { user, password: ' p&lt;w>&amp;"ü ' })
    const trimmed = await submit(account, [create], { user, password: 'p&lt;w>&amp;"ü' })

    expect([right.status, trimmed.status]).toEqual([200, 500])
  })
})

describe('faults on the way', () => {
  const path = '/api/rmm/tsiWS.asmx'

  test('an answer that is lost leaves the charge there, a lost request does not', async () => {
    const account = acmeAccount(tigerpaw)
    account.faults.add({ match: (made) => made.path === path, kind: 'resetBefore' })
    account.faults.add({ match: (made) => made.path === path, kind: 'resetAfter' })

    await expect(submit(account, [create])).rejects.toThrow()
    expect(account.chargesOf(31)).toEqual([])
    await expect(submit(account, [create])).rejects.toThrow()
    expect(account.chargesOf(31)).toMatchObject([{ quantity: 25 }])

    expect(account.calls.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', path, null],
      ['POST', path, 200],
    ])
    expect(account.calls[0]?.body).toContain('<Quantity>25</Quantity>')
  })

  test('an answer cut off in the middle is no whole document, though the charge is stored', async () => {
    const account = acmeAccount(tigerpaw)
    account.faults.add({ match: () => true, kind: 'truncated' })

    const { status, text } = await submit(account, [create])

    expect(status).toBe(200)
    expect(text).not.toContain('</soap:Envelope>')
    expect(account.chargesOf(31)).toHaveLength(1)
  })

  test('calls wait at the gate, and the account knows their query and body', async () => {
    const account = acmeAccount(tigerpaw)
    const { promise, resolve } = Promise.withResolvers<void>()
    account.gate = promise

    const answer = call(account, '/api/accounts/search/name?pageSize=1', { method: 'POST', body: 'acme' })
    await expect.poll(() => account.calls.length).toBe(1)
    const atTheGate = account.calls[0]?.status
    resolve()
    await answer

    expect(atTheGate).toBeNull()
    expect(account.calls).toMatchObject([
      { path: '/api/accounts/search/name', query: { pageSize: '1' }, body: 'acme', status: 200 },
    ])
  })

  test('one account’s faults and records are not another’s', async () => {
    const [one, other] = [acmeAccount(tigerpaw), acmeAccount(tigerpaw)]
    one.faults.add({ match: () => true, kind: 'status', status: 503, times: Number.POSITIVE_INFINITY })

    const [failed, stored] = [await submit(one, [create]), await submit(other, [create])]

    expect([failed.status, stored.status]).toEqual([503, 200])
    expect([one.chargesOf(31).length, other.chargesOf(31).length]).toEqual([0, 1])
  })
})
