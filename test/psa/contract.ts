import { describe, expect, test } from 'vitest'
import type { Line, NewLine, Psa, QuantityChange } from '../../worker/psa/port.ts'
import { surelyNotDone, VendorError } from '../../worker/vendor/error.ts'

/** One account at an emulated PSA, empty at first. Ids are the PSA's own, as text. */
export interface PsaAccount {
  psa: Psa
  /** What its records can say. */
  records: {
    /** Agreements may have no last day. */
    runOn: boolean
    /** Lines have a first and a last day of their own. */
    lineDays: boolean
  }
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
  /** What the PSA would bill on `contractDay`, read past the adapter. */
  billed(agreementId: string): { productId: string; quantity: number }[]
  /** What lines are made with where the PSA has price levels; null where it has none. */
  priceLevelId: string | null
  /** That came to the PSA so far. */
  readonly calls: readonly unknown[]
  /** The next write is carried out, but its answer never comes. */
  loseAnswerToNextWrite(): void
  refuseNextWrite(): void
}

/** The local day of all stories; emulators whose bill depends on their clock are set to it. */
export const contractDay = '2026-11-05'

/** The stories that hold for every PSA. */
export function psaContract(vendor: string, open: () => Promise<PsaAccount>): void {
  describe(`${vendor} as a PSA`, () => {
    test('a new line bills its quantity from its first day on', async () => {
      const { psa, agreementId, productId, billed, records, made } = await withAgreement()

      const written = await psa.createLine(made(93))

      const [line, ...others] = await toldLines(psa, agreementId)
      expect(line).toEqual({
        id: expect.stringMatching(/./),
        agreementId,
        productId,
        quantity: 93,
        startsOn: records.lineDays ? contractDay : null,
        endsOn: null,
        priceLevelId: made(93).priceLevelId,
        bookableOn: null,
      })
      expect(others).toEqual([])
      if (written.kind === 'stored') expect(written.line).toEqual(line)
      else expect(written).toEqual({ kind: 'accepted' })
      expect(billed(agreementId)).toEqual([{ productId, quantity: 93 }])
    })

    test('a line goes up and bills what was asked for', async () => {
      const { psa, agreementId, productId, lineInPsa, billed, change } = await withAgreement()
      const lineId = lineInPsa({ agreementId, productId, quantity: 40, startsOn: '2026-01-01' })

      const written = await psa.setQuantity(change(lineId, 40, 42))

      const [line] = await toldLines(psa, agreementId)
      expect(line).toMatchObject({ id: lineId, quantity: 42 })
      expect(written).toEqual(written.kind === 'stored' ? { kind: 'stored', line } : { kind: 'accepted' })
      expect(billed(agreementId)).toEqual([{ productId, quantity: 42 }])
    })

    test('a second change of a line on one day is carried out, or not at all where the PSA takes only one', async () => {
      const { psa, agreementId, productId, lineInPsa, billed, change } = await withAgreement()
      const lineId = lineInPsa({ agreementId, productId, quantity: 40, startsOn: '2026-01-01' })

      await psa.setQuantity(change(lineId, 40, 42))
      const second = await psa.setQuantity(change(lineId, 42, 39))

      const quantity = psa.traits.oneChangeADay ? 42 : 39
      expect(second.kind === 'not_today').toBe(psa.traits.oneChangeADay)
      expect(billed(agreementId)).toEqual([{ productId, quantity }])
    })

    test('a line set to 0 stays, open, and bills nothing', async () => {
      const { psa, agreementId, productId, lineInPsa, change } = await withAgreement()
      const lineId = lineInPsa({ agreementId, productId, quantity: 4, startsOn: '2026-01-01' })

      await psa.setQuantity(change(lineId, 4, 0))

      expect(await toldLines(psa, agreementId)).toMatchObject([{ id: lineId, quantity: 0, endsOn: null }])
    })

    test('an ended line is listed with its last day; where lines have no days of their own, it has none', async () => {
      const { psa, agreementId, productId, lineInPsa, records } = await withAgreement()
      const line = { agreementId, productId, quantity: 7, startsOn: '2026-01-01' }
      const days = records.lineDays
        ? { startsOn: '2026-01-01', endsOn: '2026-09-30' }
        : { startsOn: null, endsOn: null }
      const id = lineInPsa(records.lineDays ? { ...line, endsOn: '2026-09-30' } : line)

      expect(await toldLines(psa, agreementId)).toMatchObject([{ ...line, ...days, id, bookableOn: null }])
    })

    test('lines that others made are never changed', async () => {
      const { psa, agreementId, productId, product, lineInPsa, change, made } = await withAgreement()
      const foreign = lineInPsa({
        agreementId,
        productId: product('Backup'),
        quantity: 11,
        startsOn: '2026-01-01',
      })
      const before = await toldLines(psa, agreementId)

      await psa.createLine(made(5))
      const ours = (await toldLines(psa, agreementId)).find((line) => line.productId === productId)
      await psa.setQuantity(change(ours?.id ?? '', 5, 6))

      const after = await toldLines(psa, agreementId)
      expect(after.filter(({ id }) => id === foreign)).toEqual(before)
    })

    test('the lines of several agreements are told at once, each with its own', async () => {
      const { psa, agreement, companyId, productId, lineInPsa } = await withAgreement()
      const ids = [1, 2, 3].map(() => agreement({ companyId, startsOn: '2026-01-01' }))
      for (const [index, agreementId] of ids.entries()) {
        lineInPsa({ agreementId, productId, quantity: 10 + index, startsOn: '2026-01-01' })
      }

      const lines = await psa.lines(ids, contractDay)

      expect(ids.map((id) => lines.get(id)?.map(({ quantity }) => quantity))).toEqual([[10], [11], [12]])
    })

    test('an agreement tells its company and its days; one without an end runs on', async () => {
      const account = await open()
      const companyId = account.company('Acme GmbH')
      const ending = account.agreement({ companyId, startsOn: '2026-01-01', endsOn: '2099-12-31' })
      const running = account.agreement({ companyId, startsOn: '2026-02-01' })

      const agreements = await account.psa.agreements([ending, running], contractDay)

      const runsUntil = account.records.runOn ? null : expect.any(String)
      expect(new Map(agreements.map((agreement) => [agreement.id, agreement]))).toMatchObject(
        new Map([
          [ending, { companyId, startsOn: '2026-01-01', endsOn: '2099-12-31', state: 'active' }],
          [running, { companyId, startsOn: '2026-02-01', endsOn: runsUntil, state: 'active' }],
        ]),
      )
    })

    test('what does not exist is absent, beside what does', async () => {
      const { psa, agreementId, productId } = await withAgreement()

      const agreements = await psa.agreements([agreementId, '2099999', 'no-id'], contractDay)
      const products = await psa.products([productId, '2099999', 'no-id'])

      expect(agreements.map(({ id }) => id)).toEqual([agreementId])
      expect(products.map(({ id }) => id)).toEqual([productId])
      expect(await toldLines(psa, '2099999')).toEqual([])
      expect(await toldLines(psa, 'no-id')).toEqual([])
      expect(await psa.agreements([], contractDay)).toEqual([])
    })

    test('a new line whose answer is lost may be done, and is there once', async () => {
      const { psa, agreementId, productId, loseAnswerToNextWrite, made } = await withAgreement()
      loseAnswerToNextWrite()

      const failure = await failureOf(psa.createLine(made(93)))

      expect(surelyNotDone(failure)).toBe(false)
      expect(await toldLines(psa, agreementId)).toMatchObject([{ productId }])
    })

    test('a quantity whose answer is lost may be set, and is what was asked for', async () => {
      const { psa, agreementId, productId, lineInPsa, billed, loseAnswerToNextWrite, change } =
        await withAgreement()
      const lineId = lineInPsa({ agreementId, productId, quantity: 40, startsOn: '2026-01-01' })
      loseAnswerToNextWrite()

      const failure = await failureOf(psa.setQuantity(change(lineId, 40, 42)))

      expect(surelyNotDone(failure)).toBe(false)
      expect(billed(agreementId)).toEqual([{ productId, quantity: 42 }])
    })

    test('a refused write is surely not done', async () => {
      const { psa, agreementId, refuseNextWrite, made } = await withAgreement()
      refuseNextWrite()

      const failure = await failureOf(psa.createLine(made(93)))

      expect(surelyNotDone(failure)).toBe(true)
      expect(await toldLines(psa, agreementId)).toEqual([])
    })

    test('a line that does not exist is refused, and nothing is made instead', async () => {
      const { psa, agreementId, change } = await withAgreement()

      const failure = await failureOf(psa.setQuantity(change('2099999', 4, 5)))

      expect(surelyNotDone(failure)).toBe(true)
      expect(await toldLines(psa, agreementId)).toEqual([])
    })

    test('an account that works has room for a run and no problem with its companies', async () => {
      const { psa, companyId } = await withAgreement()

      await psa.assertRoom()

      expect(await psa.companyProblem(companyId)).toBeNull()
    })

    test('a test write leaves nothing behind, and is offered just where it is needed', async () => {
      const { psa, agreementId, productId, billed } = await withAgreement()

      const tested = await psa.testWrite({ agreementId, productId })

      expect(tested).toEqual(psa.traits.needsTestWrite ? { ok: true, problems: [] } : null)
      expect(billed(agreementId)).toEqual([])
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
    const productId = account.product('Endpoint protection')
    const { priceLevelId } = account
    const made = (quantity: number): NewLine => ({
      agreementId,
      productId,
      quantity,
      startsOn: contractDay,
      priceLevelId,
    })
    const change = (lineId: string, from: number, to: number): QuantityChange => ({
      agreementId,
      lineId,
      productId,
      from,
      to,
      on: contractDay,
      priceLevelId: null,
    })
    return { ...account, companyId, agreementId, productId, made, change }
  }
}

/** The lines on `contractDay`; undefined where they are not told. */
export async function linesOf(psa: Psa, agreementId: string): Promise<Line[] | undefined> {
  return (await psa.lines([agreementId], contractDay)).get(agreementId)
}

async function toldLines(psa: Psa, agreementId: string): Promise<Line[]> {
  const lines = await linesOf(psa, agreementId)
  if (lines === undefined) throw new Error(`the lines of agreement ${agreementId} are not told`)
  return lines
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
