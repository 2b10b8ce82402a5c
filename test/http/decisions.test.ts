import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type Api, codeOf, itemsOf, nextCursorOf } from '../support/api.ts'
import { allLinesAre, fallen, held } from '../support/fallen.ts'
import { signedIn } from '../support/members.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { sharedStack } from '../support/shared-stack.ts'
import { until } from '../support/until.ts'

const stack = sharedStack()
let api: Api
let msp: Msp
beforeEach(async () => {
  msp = await openMsp(stack())
  api = msp.api
})

describe('many decisions at once', () => {
  test('are carried out together, each with its entry in the trail', async () => {
    const { customers, ids } = await fallen(msp, 'Acme', 'Bakery', 'Cinema')
    const [acme, bakery, cinema] = ids

    const answer = await api.post('/api/changes/decide', { approve: [acme, bakery], dismiss: [cinema] })

    expect(answer).toMatchObject({ status: 200, body: { refused: [] } })
    expect(Decided.parse(answer.body).decided.toSorted()).toEqual(ids.toSorted())
    await allLinesAre(msp, 10, customers.slice(0, 2))
    expect(msp.lines(customers[2] ?? 0)).toEqual([['KES', 90]])
    const trail = itemsOf(await api.get('/api/audit?limit=3'))
    expect(trail.map(({ who, subject, before, after }) => ({ who, subject, before, after }))).toEqual(
      expect.arrayContaining(
        [
          [acme, 'approved'],
          [bakery, 'approved'],
          [cinema, 'dismissed'],
        ].map(([id, state]) => ({
          who: 'administrator token',
          subject: `change ${id}`,
          before: { state: 'held', reason: 'fell_sharply' },
          after: expect.objectContaining({ state, from: 90, to: 10 }),
        })),
      ),
    )
  })

  test('those that can not be decided are told one by one and stop no other', async () => {
    const { customers, ids } = await fallen(msp, 'Acme')
    const several = msp.customer('Several', { workstations: 5 })
    for (const quantity of [1, 2]) {
      msp.psa.addAddition({ agreement: several.agreementId, product: 500, quantity })
    }
    const ended = msp.customer('Ended', { workstations: 5 })
    msp.psa.editByHand('agreement', ended.agreementId, { cancelledFlag: true, agreementStatus: 'Cancelled' })
    await msp.run()
    const changes = await held(msp)
    const of = (reason: string) => `${changes.find((change) => change.reason === reason)?.id}`
    const inactive = of('agreement_inactive')
    const duplicate = of('duplicate_lines')
    const sharp = of('fell_sharply')

    const answer = await api.post('/api/changes/decide', {
      approve: [inactive, sharp, duplicate, sharp, 'none', ids[0]],
    })

    const { decided, refused } = Decided.parse(answer.body)
    expect(decided).toEqual([sharp])
    expect(new Map(refused.map(({ id, code }) => [id, code]))).toEqual(
      new Map([
        [inactive, 'structural_hold'],
        [duplicate, 'line_not_chosen'],
        ['none', 'change_not_found'],
        [`${ids[0]}`, 'not_held'],
      ]),
    )
    await allLinesAre(msp, 10, customers)
  })

  test('the same decisions sent twice at once count once', async () => {
    const { customers, ids } = await fallen(msp, 'Acme', 'Bakery')

    const answers = await Promise.all([1, 2].map(() => api.post('/api/changes/decide', { approve: ids })))

    const bodies = answers.map(({ body }) => Decided.parse(body))
    expect(bodies.flatMap(({ decided }) => decided).toSorted()).toEqual(ids.toSorted())
    expect(bodies.flatMap(({ refused }) => refused).map(({ code }) => code)).toEqual(['not_held', 'not_held'])
    await allLinesAre(msp, 10, customers)
    expect(itemsOf(await api.get('/api/audit?search=approved'))).toHaveLength(2)
  })

  test('one that is both approved and dismissed is a 422, and nothing is done', async () => {
    const { ids } = await fallen(msp, 'Acme')

    const answer = await api.post('/api/changes/decide', { approve: ids, dismiss: ids })

    expect(answer.status).toBe(422)
    expect((await held(msp)).map(({ id }) => id)).toEqual(ids)
  })

  test('a viewer decides nothing', async () => {
    const { ids } = await fallen(msp, 'Acme')
    const anna = await signedIn(api, 'anna', 'viewer')

    const answer = await api.post('/api/changes/decide', { dismiss: ids }, anna)

    expect(answer.status).toBe(403)
    expect((await held(msp)).map(({ id }) => id)).toEqual(ids)
  })
})

describe('lines that were changed by hand', () => {
  async function changedByHand(manualQuantity: 'ask' | 'keep' = 'ask', name = 'Acme') {
    const acme = msp.customer(name, { workstations: 40 }, { manualQuantity })
    await msp.run()
    const [line] = msp.psa.additionsOf(acme.agreementId)
    msp.psa.editAdditionByHand(acme.agreementId, line?.id ?? 0, { quantity: 45 })
    acme.uses({ workstations: 43 })
    await msp.run()
    const [drift] = itemsOf(await api.get('/api/drift'))
    return { acme, line, drift }
  }

  test('are listed with what was written, what was found, and what is in use', async () => {
    const { acme, line, drift } = await changedByHand()

    expect(drift).toEqual({
      id: (await held(msp))[0]?.id,
      kind: 'ask',
      changeId: (await held(msp))[0]?.id,
      connection: 'cw',
      companyId: `${acme.companyId}`,
      agreementId: `${acme.agreementId}`,
      productId: '500',
      lineId: `${line?.id}`,
      written: 40,
      found: 45,
      wanted: 43,
      applications: ['kes-business-advanced'],
      tenants: [acme.tenant],
      names: expect.objectContaining({ agreement: 'Acme, managed', product: 'KES – KES' }),
    })
  })

  test('take the use once their change is approved', async () => {
    const { acme, drift } = await changedByHand()

    await api.post(`/api/changes/${drift?.id}/approve`)

    await allLinesAre(msp, 43, [acme])
    await until('nothing is listed', async () =>
      itemsOf(await api.get('/api/drift')).length === 0 ? true : null,
    )
  })

  test('keep their number once it is dismissed, and are listed as dismissed', async () => {
    const { acme, drift } = await changedByHand()

    await api.post(`/api/changes/${drift?.id}/dismiss`)

    expect(itemsOf(await api.get('/api/drift'))).toEqual([])
    expect(itemsOf(await api.get('/api/dismissed'))).toMatchObject([{ id: drift?.id, from: 45, to: 43 }])
    expect(msp.lines(acme)).toEqual([['KES', 45]])
  })

  test('are listed after those that wait where their company keeps them, in pages', async () => {
    const acme = (await changedByHand('keep', 'Acme')).acme
    const bakery = (await changedByHand('keep', 'Bakery')).acme
    const cinema = (await changedByHand('ask', 'Cinema')).acme

    const first = await api.get('/api/drift?limit=1')
    const second = await api.get(`/api/drift?limit=1&cursor=${nextCursorOf(first)}`)
    const third = await api.get(`/api/drift?limit=1&cursor=${nextCursorOf(second)}`)

    const numbers = { written: 40, found: 45, wanted: 43 }
    expect([first, second, third].flatMap(itemsOf)).toMatchObject([
      { kind: 'ask', companyId: `${cinema.companyId}`, ...numbers },
      { kind: 'keep', companyId: `${acme.companyId}`, changeId: null, ...numbers },
      { kind: 'keep', companyId: `${bakery.companyId}`, changeId: null, ...numbers },
    ])
    expect(nextCursorOf(third)).toBeNull()
  })

  test('that are kept take the use once somebody chooses it, and the next run leaves them so', async () => {
    const { acme, drift } = await changedByHand('keep')

    const answer = await api.post(`/api/drift/${drift?.id}/use`)

    expect(answer).toMatchObject({
      status: 202,
      body: {
        change: { kind: 'set', from: 45, to: 43, state: 'planned', drift: { written: 40, found: 45 } },
      },
    })
    await allLinesAre(msp, 43, [acme])
    expect(itemsOf(await api.get('/api/audit?limit=1'))).toMatchObject([
      { who: 'administrator token', after: { state: 'approved', from: 45, to: 43 } },
    ])
    expect((await msp.run()).told).toEqual([])
    expect(itemsOf(await api.get('/api/drift'))).toEqual([])
    expect(msp.lines(acme)).toEqual([['KES', 43]])
  })

  test('that were changed once more before the use is written stay, and are asked about', async () => {
    const { acme, line, drift } = await changedByHand('keep')
    msp.psa.editAdditionByHand(acme.agreementId, line?.id ?? 0, { quantity: 50 })

    const answer = await api.post(`/api/drift/${drift?.id}/use`)

    const { id } = Object(Object(answer.body).change)
    expect((await msp.carriedOut(id)).state).toBe('superseded')
    expect(msp.lines(acme)).toEqual([['KES', 50]])
    expect(await held(msp)).toMatchObject([{ from: 50, to: 43, reason: 'changed_by_hand' }])
  })

  test('choosing the use several times at once writes it once', async () => {
    const { acme, drift } = await changedByHand('keep')
    msp.writes()

    const answers = await Promise.all([1, 2, 3].map(() => api.post(`/api/drift/${drift?.id}/use`)))

    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409])
    await allLinesAre(msp, 43, [acme])
    expect(msp.writes()).toEqual(['PATCH KES 43'])
  })

  test('the use of a line that agrees can not be chosen, nor by a viewer that of any', async () => {
    const { drift } = await changedByHand('keep')
    const anna = await signedIn(api, 'anna', 'viewer')

    const unknown = await api.post('/api/drift/none/use')
    const notAllowed = await api.post(`/api/drift/${drift?.id}/use`, {}, anna)

    expect([unknown.status, codeOf(unknown)]).toEqual([409, 'not_changed_by_hand'])
    expect(notAllowed.status).toBe(403)
  })

  test('other held changes are none', async () => {
    await fallen(msp, 'Acme')

    expect(itemsOf(await api.get('/api/drift'))).toEqual([])
  })
})

describe('dismissed changes', () => {
  test('tell what was not done and by whom, newest first, in pages', async () => {
    const { customers, ids } = await fallen(msp, 'Acme', 'Bakery')
    const mary = await signedIn(api, 'mary', 'technician')
    for (const id of ids) await api.post(`/api/changes/${id}/dismiss`, {}, mary)

    const first = await api.get('/api/dismissed?limit=1')
    const second = await api.get(`/api/dismissed?limit=1&cursor=${nextCursorOf(first)}`)

    expect(itemsOf(first)).toEqual([
      {
        id: ids[1],
        connection: 'cw',
        companyId: `${customers[1]?.companyId}`,
        agreementId: `${customers[1]?.agreementId}`,
        productId: '500',
        from: 90,
        to: 10,
        reason: 'fell_sharply',
        applications: ['kes-business-advanced'],
        tenants: [customers[1]?.tenant],
        by: expect.stringContaining('mary'),
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        names: expect.objectContaining({ agreement: 'Bakery, managed' }),
      },
    ])
    expect(itemsOf(second).map(({ id }) => id)).toEqual([ids[0]])
    expect(nextCursorOf(second)).toBeNull()
  })

  test('are proposed again by the next run once somebody asks for it', async () => {
    const { ids } = await fallen(msp, 'Acme')
    await api.post(`/api/changes/${ids[0]}/dismiss`)
    expect((await msp.run()).told).toEqual([])

    const answer = await api.post(`/api/dismissed/${ids[0]}/propose`)

    expect(answer).toMatchObject({ status: 200, body: { ok: true } })
    expect(itemsOf(await api.get('/api/dismissed'))).toEqual([])
    expect(itemsOf(await api.get('/api/audit?limit=1'))).toMatchObject([
      { subject: `change ${ids[0]}`, before: { state: 'dismissed' }, after: { state: 'proposed again' } },
    ])
    expect((await msp.run()).told).toEqual(['set KES 90 → 10: held, fell_sharply'])
  })

  test('asking a second time is a 404 and leaves no second entry', async () => {
    const { ids } = await fallen(msp, 'Acme')
    await api.post(`/api/changes/${ids[0]}/dismiss`)
    await api.post(`/api/dismissed/${ids[0]}/propose`)

    const again = await api.post(`/api/dismissed/${ids[0]}/propose`)

    expect(again.status).toBe(404)
    expect(codeOf(again)).toBe('not_dismissed')
    expect(itemsOf(await api.get('/api/audit?search=proposed'))).toHaveLength(1)
  })

  test('a viewer proposes nothing', async () => {
    const { ids } = await fallen(msp, 'Acme')
    await api.post(`/api/changes/${ids[0]}/dismiss`)
    const anna = await signedIn(api, 'anna', 'viewer')

    const answer = await api.post(`/api/dismissed/${ids[0]}/propose`, {}, anna)

    expect(answer.status).toBe(403)
    expect(itemsOf(await api.get('/api/dismissed'))).toHaveLength(1)
  })
})

const Decided = z.strictObject({
  decided: z.array(z.string()),
  refused: z.array(z.strictObject({ id: z.string(), code: z.string(), message: z.string().min(1) })),
})
