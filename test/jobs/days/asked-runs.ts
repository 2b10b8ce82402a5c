import { expect, test } from 'vitest'
import { openMsp, thursday, tuesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function askedRuns(stack: () => Stack): void {
  test('a dry run says what it would do, writes nothing, and the next run finds all of it', async () => {
    const msp = await openMsp(stack())
    const rising = msp.customer('Rising', { workstations: 90 })
    const falling = msp.customer('Falling', { workstations: 20 })
    const edited = msp.customer('Edited', { workstations: 30 }, { agreementId: agreementOfThursdays })
    await msp.run({ day: tuesday })
    rising.uses({ workstations: 92 })
    falling.uses({ workstations: 9 })
    const [line] = msp.psa.additionsOf(edited.agreementId)
    msp.psa.editAdditionByHand(edited.agreementId, line?.id ?? 0, { quantity: 35 })
    msp.writes()

    const dry = await msp.run({ day: thursday, dryRun: true })

    expect(dry).toMatchObject({ dryRun: true, counts: { created: 0, updated: 1, held: 2 } })
    expect(dry.told.sort()).toEqual([
      'set KES 20 → 9: held, fell_sharply',
      'set KES 35 → 30: held, changed_by_hand',
      'set KES 90 → 92: planned',
    ])
    expect(msp.writes()).toEqual([])
    for (const change of dry.changes) await expect(msp.approve(change)).rejects.toThrow('409')
    expect(await msp.api.get('/api/changes?state=held')).toMatchObject({ body: { items: [] } })

    const real = await msp.run({ day: thursday })

    expect(real.told.sort()).toEqual([
      'set KES 20 → 9: held, fell_sharply',
      'set KES 35 → 30: held, changed_by_hand',
      'set KES 90 → 92: verified',
    ])
    expect(msp.writes()).toEqual(['PATCH KES 92'])
  })

  test('a run that names tenants reads these and no other, and their lines in any case', async () => {
    const msp = await openMsp(stack())
    const named = msp.customer('Named', { workstations: 90 })
    const other = msp.customer('Other', { workstations: 20 })
    await msp.run()
    other.uses({ workstations: 21 })
    msp.reads()
    msp.writes()
    const callsBefore = msp.center.calls.length

    const run = await msp.run({ day: tuesday, only: [named] })

    expect(run).toMatchObject({ named: true, state: 'done', counts: { tenants: 1, unchanged: 1 } })
    const asked = new Set(msp.center.calls.slice(callsBefore).map((call) => call.server))
    expect(asked).toEqual(new Set([null, named.server.uid]))
    const lines = msp.reads().filter((path) => path.endsWith('/additions'))
    expect(lines).toEqual([`agreements/${named.agreementId}/additions`])
    expect(msp.writes()).toEqual([])
  })
}

/** Of this id, whose weekly look falls on Thursday. */
const agreementOfThursdays = 21
