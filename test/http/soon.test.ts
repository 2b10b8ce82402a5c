import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { addDays } from '../../worker/domain/day.ts'
import type { Api } from '../support/api.ts'
import { type Customer, type Msp, openMsp } from '../support/msp.ts'
import { sharedStack } from '../support/shared-stack.ts'

const stack = sharedStack()
const today = new Date().toISOString().slice(0, 10)
let api: Api
let msp: Msp
beforeEach(async () => {
  msp = await openMsp(stack())
  api = msp.api
})

describe('what comes soon', () => {
  // Companies have the same ids in each test, and what was told of them is remembered for a minute.
  beforeEach(async () => {
    const { PICKERS } = stack().env
    for (const { name } of (await PICKERS.list()).keys) await PICKERS.delete(name)
  })

  const soon = async () => Soon.parse((await api.get('/api/soon')).body)

  /** A billed customer whose agreement began a year ago and ends in so many days. */
  async function endingIn(days: number) {
    const acme = msp.customer('Acme', { workstations: 5 })
    const at = (day: number) => `${addDays(today, day)}T00:00:00Z`
    const dates = { startDate: at(-300), endDate: at(days), noEndingDateFlag: false }
    msp.psa.editByHand('agreement', acme.agreementId, dates)
    await msp.run({ day: today })
    return acme
  }

  /** Its successor, from so many days from today on. */
  const renewed = (acme: Customer, days: number) =>
    msp.psa.addAgreement({
      company: acme.companyId,
      name: 'Acme, renewed',
      startDate: addDays(today, days),
      endDate: addDays(today, 365),
    })

  test('an agreement that ends is shown with the one that follows and what it takes to move there', async () => {
    const acme = await endingIn(10)
    const { id } = renewed(acme, -3)

    const { ending } = await soon()

    expect(ending).toEqual([
      {
        connection: 'cw',
        companyId: `${acme.companyId}`,
        agreementId: `${acme.agreementId}`,
        endsOn: addDays(today, 10),
        tenants: [acme.tenant],
        mappings: [
          { tenant: acme.tenant, mapping: expect.objectContaining({ agreementId: `${acme.agreementId}` }) },
        ],
        successor: {
          id: `${id}`,
          name: 'Acme, renewed',
          startDate: addDays(today, -3),
          endDate: addDays(today, 365),
        },
        names: expect.objectContaining({ agreement: 'Acme, managed' }),
      },
    ])
  })

  test('a contract that was there before does not follow', async () => {
    const acme = await endingIn(10)
    msp.psa.addAgreement({ company: acme.companyId, name: 'Helpdesk', startDate: '2019-01-01' })

    expect((await soon()).ending).toMatchObject([{ successor: null }])
  })

  test('one that begins later follows only then: nothing can be billed there before', async () => {
    const acme = await endingIn(10)
    renewed(acme, 11)

    expect((await soon()).ending).toMatchObject([{ successor: null }])
  })

  test('a PSA that gives no answer costs the suggestion and nothing else', async () => {
    const acme = await endingIn(10)
    renewed(acme, -3)
    msp.psa.faults.add({ kind: 'status', status: 500, match: () => true, times: 100 })

    const answer = await api.get('/api/soon')

    expect(answer.status).toBe(200)
    expect(Soon.parse(answer.body).ending).toMatchObject([{ endsOn: addDays(today, 10), successor: null }])
  })

  test.each([
    ['in 30 days is soon', 30, 1],
    ['in 31 days is not', 31, 0],
    ['that is past still needs somebody', -1, 1],
  ])('an end %s', async (_, days, shown) => {
    await endingIn(days)

    expect((await soon()).ending).toHaveLength(shown)
  })

  test('an agreement that is not billed is of no interest', async () => {
    const acme = await endingIn(10)
    acme.mapping.billing = false
    await msp.save()

    expect((await soon()).ending).toEqual([])
  })

  test('invoice days of the next week are counted', async () => {
    const at = (days: number) => ({ nextInvoiceDate: addDays(today, days) })
    msp.customer('Acme', { workstations: 1 }, at(2))
    msp.customer('Bakery', { workstations: 1 }, at(2))
    msp.customer('Cinema', { workstations: 1 }, at(5))
    msp.customer('Dentist', { workstations: 1 }, at(20))
    await msp.run({ day: today })

    expect((await soon()).invoices).toEqual([
      { day: addDays(today, 2), agreements: 2, companies: 2 },
      { day: addDays(today, 5), agreements: 1, companies: 1 },
    ])
  })
})

const Soon = z.strictObject({
  ending: z.array(z.record(z.string(), z.unknown())),
  invoices: z.array(z.record(z.string(), z.unknown())),
})
