import { expect, test } from 'vitest'
import { openMsp, tuesday, wednesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function approvals(stack: () => Stack): void {
  test('what a person approves is written once, and only if nothing changed since', async () => {
    const msp = await openMsp(stack())
    const agreed = msp.customer('Agreed', { workstations: 70 })
    const used = msp.customer('Used otherwise', { workstations: 90 })
    const edited = msp.customer('Edited', { workstations: 80 })
    await msp.run()
    agreed.uses({ workstations: 41 })
    used.uses({ workstations: 55 })
    edited.uses({ workstations: 45 })
    const [first, second, third] = (await msp.run({ day: tuesday })).changes
    msp.writes()

    used.uses({ workstations: 53 })
    await msp.run({ day: tuesday, dryRun: true })
    const [line] = msp.psa.additionsOf(edited.agreementId)
    msp.psa.editAdditionByHand(edited.agreementId, line?.id ?? 0, { quantity: 75 })

    expect(await msp.approve(first)).toMatchObject({ state: 'verified', from: 70, to: 41 })
    await expect(msp.approve(first)).rejects.toThrow('not_held')
    expect(await msp.approve(second)).toMatchObject({ state: 'superseded', to: 55 })
    expect(await msp.approve(third)).toMatchObject({ state: 'superseded', to: 45 })
    expect(msp.writes()).toEqual(['PATCH KES 41'])
    expect(msp.told(await msp.held())).toEqual([
      'set KES 90 → 53: held, fell_sharply',
      'set KES 75 → 45: held, changed_by_hand',
    ])

    for (const change of await msp.held()) await msp.approve(change)
    const next = await msp.run({ day: wednesday })

    expect(msp.writes()).toEqual(['PATCH KES 53', 'PATCH KES 45'])
    expect(next).toMatchObject({ state: 'done', counts: { unchanged: 3 } })
  })

  test('each run replaces what the one before held', async () => {
    const msp = await openMsp(stack())
    const acme = msp.customer('Acme', { workstations: 90 })
    await msp.run()
    acme.uses({ workstations: 55 })
    const [held] = (await msp.run({ day: tuesday })).changes

    acme.uses({ workstations: 86 })
    const next = await msp.run({ day: wednesday })

    expect(await msp.deps.changes.get(held?.id ?? '')).toMatchObject({ state: 'superseded', to: 55 })
    expect(next.told).toEqual(['set KES 90 → 86: verified'])
    expect(await msp.held()).toEqual([])
  })

  test('what a person dismisses is not proposed again until another quantity is wanted', async () => {
    const msp = await openMsp(stack())
    const acme = msp.customer('Acme', { workstations: 90 })
    await msp.run()
    acme.uses({ workstations: 55 })
    const [held] = (await msp.run({ day: tuesday })).changes
    msp.writes()

    await msp.dismiss(held)
    const same = await msp.run({ day: wednesday })

    expect(same).toMatchObject({ state: 'done', changes: [] })
    expect(msp.lines(acme)).toEqual([['KES', 90]])

    acme.uses({ workstations: 54 })
    const other = await msp.run({ day: wednesday })
    acme.uses({ workstations: 55 })
    const back = await msp.run({ day: wednesday })

    expect(other.told).toEqual(['set KES 90 → 54: held, fell_sharply'])
    expect(back.told).toEqual(['set KES 90 → 55: held, fell_sharply'])
    expect(msp.writes()).toEqual([])
  })

  test('with approval of everything, nothing is written that nobody agreed to', async () => {
    const msp = await openMsp(stack(), { approval: 'everything' })
    const acme = msp.customer('Acme', { workstations: 9 })
    const same = msp.customer('Same', { workstations: 4 })
    msp.psa.addAddition({ agreement: same.agreementId, product: 500, quantity: 4 })

    const first = await msp.run()
    expect(first.told).toEqual(['create KES 0 → 9: held, needs_approval'])
    expect(msp.writes()).toEqual([])

    await msp.approve(first.changes[0])
    acme.uses({ workstations: 10 })
    const second = await msp.run({ day: tuesday })

    expect(second.told).toEqual(['set KES 9 → 10: held, needs_approval'])
    expect(msp.writes()).toEqual(['POST KES 9'])
  })
}
