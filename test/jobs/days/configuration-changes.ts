import { expect, test } from 'vitest'
import { openMsp } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'
import { until } from '../../support/until.ts'

export function configurationChanges(stack: () => Stack): void {
  test('what is saved during a run holds for all that was not sent yet', async () => {
    const msp = await openMsp(stack())
    const moving = msp.customer('Moving', { workstations: 90 })
    const stopped = msp.customer('Stopped', { workstations: 40 })
    const steady = msp.customer('Steady', { workstations: 20 })
    const better = msp.psa.addAgreement({ company: moving.companyId, name: 'Moving, better' })
    const changing = [moving, stopped].map((one) => `/finance/agreements/${one.agreementId}/additions`)
    msp.psa.faults.add({ kind: 'delay', ms: 2_000, times: 2, match: (call) => changing.includes(call.path) })

    const { id } = await msp.start()
    await until('the lines of both are being read', async () =>
      changing.every((path) => msp.psa.calls.some((call) => call.path === path)) ? true : null,
    )
    moving.mapping.agreementId = `${better.id}`
    stopped.mapping.billing = false
    await msp.save()
    const run = await msp.finished(id)

    expect(run).toMatchObject({ state: 'done', counts: { created: 2, unchanged: 0, held: 0 } })
    expect([moving, stopped].map(msp.lines)).toEqual([[], []])
    expect(msp.lines(better.id)).toEqual([['KES', 90]])
    expect(msp.lines(steady)).toEqual([['KES', 20]])
    expect(msp.writes().sort()).toEqual(['POST KES 20', 'POST KES 90'])
  })
}
