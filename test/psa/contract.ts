import { describe, expect, test } from 'vitest'
import type { Psa } from '../../worker/psa/port.ts'
import { surelyNotDone, VendorError } from '../../worker/vendor/error.ts'

/** One account at an emulated PSA, empty at first. Ids are the PSA's own, as text. */
export interface PsaAccount {
  psa: Psa
  company(name: string): string
  product(name: string): string
  agreement(agreement: { companyId: string; startsOn: string; endsOn?: string }): string
  /** A line someone made in the PSA by hand. */
  lineInPsa(line: {
    agreementId: string
    productId: string
    quantity: number
    startsOn: string
    endsOn?: string
  }): string
  /** What the PSA would bill, read past the adapter. */
  billed(agreementId: string): { productId: string; quantity: number }[]
  /** The next write is carried out, but its answer never comes. */
  loseAnswerToNextWrite(): void
  refuseNextWrite(): void
}

/** The stories that hold for every PSA. */
export function psaContract(vendor: string, open: () => Promise<PsaAccount>): void {
  describe(`${vendor} as a PSA`, () => {
    test('a new line bills its quantity from its first day on', async () => {
      const { psa, agreementId, productId, billed } = await withAgreement()

      const line = await psa.createLine({ agreementId, productId, quantity: 93, startsOn: '2026-11-05' })

      expect(line).toEqual({
        id: expect.stringMatching(/./),
        agreementId,
        productId,
        quantity: 93,
        startsOn: '2026-11-05',
        endsOn: null,
      })
      expect(await psa.lines(agreementId)).toEqual([line])
      expect(billed(agreementId)).toEqual([{ productId, quantity: 93 }])
    })

    test('a quantity set twice is billed once', async () => {
      const { psa, agreementId, productId, lineInPsa, billed } = await withAgreement()
      const lineId = lineInPsa({ agreementId, productId, quantity: 40, startsOn: '2026-01-01' })

      const first = await psa.setQuantity({ agreementId, lineId }, 42)
      const second = await psa.setQuantity({ agreementId, lineId }, 42)

      expect(first.quantity).toBe(42)
      expect(second).toEqual(first)
      expect(billed(agreementId)).toEqual([{ productId, quantity: 42 }])
    })

    test('a line set to 0 stays, open, and bills nothing', async () => {
      const { psa, agreementId, productId, lineInPsa } = await withAgreement()
      const lineId = lineInPsa({ agreementId, productId, quantity: 4, startsOn: '2026-01-01' })

      await psa.setQuantity({ agreementId, lineId }, 0)

      expect(await psa.lines(agreementId)).toMatchObject([{ id: lineId, quantity: 0, endsOn: null }])
    })

    test('an ended line is listed with its last day', async () => {
      const { psa, agreementId, productId, lineInPsa } = await withAgreement()
      const id = lineInPsa({
        agreementId,
        productId,
        quantity: 7,
        startsOn: '2026-01-01',
        endsOn: '2026-09-30',
      })

      const lines = await psa.lines(agreementId)

      expect(lines).toEqual([
        { id, agreementId, productId, quantity: 7, startsOn: '2026-01-01', endsOn: '2026-09-30' },
      ])
    })

    test('only the line that is named changes', async () => {
      const { psa, agreementId, productId, lineInPsa } = await withAgreement()
      const foreign = lineInPsa({ agreementId, productId, quantity: 11, startsOn: '2026-01-01' })
      const before = await psa.lines(agreementId)

      const ours = await psa.createLine({ agreementId, productId, quantity: 5, startsOn: '2026-11-05' })
      await psa.setQuantity({ agreementId, lineId: ours.id }, 6)

      const after = await psa.lines(agreementId)
      expect(after.filter(({ id }) => id === foreign)).toEqual(before)
      expect(after.filter(({ id }) => id === ours.id)).toMatchObject([{ quantity: 6 }])
    })

    test('an agreement tells its company and its days; one without an end runs on', async () => {
      const account = await open()
      const companyId = account.company('Acme GmbH')
      const ending = account.agreement({ companyId, startsOn: '2026-01-01', endsOn: '2099-12-31' })
      const running = account.agreement({ companyId, startsOn: '2026-02-01' })

      const agreements = await account.psa.agreements([ending, running])

      expect(new Map(agreements.map((agreement) => [agreement.id, agreement]))).toMatchObject(
        new Map([
          [ending, { companyId, startsOn: '2026-01-01', endsOn: '2099-12-31', state: 'active' }],
          [running, { companyId, startsOn: '2026-02-01', endsOn: null, state: 'active' }],
        ]),
      )
    })

    test('what does not exist is absent, beside what does', async () => {
      const { psa, agreementId, productId } = await withAgreement()

      const agreements = await psa.agreements([agreementId, '2099999', 'no-id'])
      const products = await psa.products([productId, '2099999', 'no-id'])

      expect(agreements.map(({ id }) => id)).toEqual([agreementId])
      expect(products.map(({ id }) => id)).toEqual([productId])
      expect(await psa.lines('2099999')).toEqual([])
      expect(await psa.lines('no-id')).toEqual([])
      expect(await psa.agreements([])).toEqual([])
    })

    test('a new line whose answer is lost may be done, and is there once', async () => {
      const { psa, agreementId, productId, loseAnswerToNextWrite } = await withAgreement()
      loseAnswerToNextWrite()

      const failure = await failureOf(
        psa.createLine({ agreementId, productId, quantity: 93, startsOn: '2026-11-05' }),
      )

      expect(surelyNotDone(failure)).toBe(false)
      expect(await psa.lines(agreementId)).toMatchObject([{ productId, quantity: 93 }])
    })

    test('a quantity whose answer is lost may be set, and can be set again', async () => {
      const { psa, agreementId, productId, lineInPsa, billed, loseAnswerToNextWrite } = await withAgreement()
      const lineId = lineInPsa({ agreementId, productId, quantity: 40, startsOn: '2026-01-01' })
      loseAnswerToNextWrite()

      const failure = await failureOf(psa.setQuantity({ agreementId, lineId }, 42))
      await psa.setQuantity({ agreementId, lineId }, 42)

      expect(surelyNotDone(failure)).toBe(false)
      expect(billed(agreementId)).toEqual([{ productId, quantity: 42 }])
    })

    test('a refused write is surely not done', async () => {
      const { psa, agreementId, productId, refuseNextWrite } = await withAgreement()
      refuseNextWrite()

      const failure = await failureOf(
        psa.createLine({ agreementId, productId, quantity: 93, startsOn: '2026-11-05' }),
      )

      expect(surelyNotDone(failure)).toBe(true)
      expect(await psa.lines(agreementId)).toEqual([])
    })

    test('a line that does not exist is refused, and nothing is made instead', async () => {
      const { psa, agreementId } = await withAgreement()

      const failure = await failureOf(psa.setQuantity({ agreementId, lineId: '2099999' }, 5))

      expect(surelyNotDone(failure)).toBe(true)
      expect(await psa.lines(agreementId)).toEqual([])
    })

    test('companies are found by a part of their name in any case, page by page', async () => {
      const { psa, company } = await open()
      const wanted = ['Acme North', 'Acme South', 'The acme house'].map(company)
      company('Globex')

      const first = await psa.companyChoices({ search: 'ACME', cursor: null, limit: 2 })
      const second = await psa.companyChoices({ search: 'ACME', cursor: first.nextCursor, limit: 2 })

      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(wanted)
      expect(first.items).toHaveLength(2)
      expect(second.nextCursor).toBeNull()
    })

    test('agreements to choose from can be those of one company', async () => {
      const { psa, company, agreement } = await open()
      const acme = company('Acme GmbH')
      const ofAcme = agreement({ companyId: acme, startsOn: '2026-01-01', endsOn: '2099-12-31' })
      agreement({ companyId: company('Globex'), startsOn: '2026-01-01' })

      const page = await psa.agreementChoices({ search: '', cursor: null, limit: 100, companyId: acme })

      expect(page).toMatchObject({
        items: [{ id: ofAcme, startDate: '2026-01-01', endDate: '2099-12-31', active: true }],
        nextCursor: null,
      })
    })

    test('an account that works passes its check', async () => {
      const { psa } = await open()

      expect(await psa.check()).toMatchObject({ ok: true, problems: [] })
    })
  })

  async function withAgreement() {
    const account = await open()
    const companyId = account.company('Acme GmbH')
    const agreementId = account.agreement({ companyId, startsOn: '2026-01-01' })
    return { ...account, companyId, agreementId, productId: account.product('Endpoint protection') }
  }
}

/** Fails the test where `work` goes well or fails in another way. */
export async function failureOf(work: Promise<unknown>): Promise<VendorError['failure']> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof VendorError) return error.failure
  throw new Error(`expected a VendorError, not ${error}`, { cause: error })
}
