import { expect, test } from 'vitest'
import * as z from 'zod'
import { itemsOf } from '../../support/api.ts'
import { openMsp, tuesday, wednesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

export function leftBehind(stack: () => Stack): void {
  test('a line that nothing wants any more stays untouched, can be ended, and is taken up again', async () => {
    const msp = await openMsp(stack())
    const off = msp.customer('Billing off', { workstations: 40 })
    const unmapped = msp.customer('Unmapped', { workstations: 41 })
    await msp.run()
    msp.writes()

    off.mapping.billing = false
    msp.setup.mappings.pop()
    const run = await msp.run({ day: tuesday })

    expect(run).toMatchObject({ state: 'done', changes: [] })
    expect(msp.writes()).toEqual([])
    const left = itemsOf(await msp.api.get('/api/left-behind'))
    expect(left).toMatchObject([
      { agreementId: `${off.agreementId}`, productId: '500', quantity: 40, reason: 'billing_off' },
      { agreementId: `${unmapped.agreementId}`, productId: '500', quantity: 41, reason: 'tenant_not_mapped' },
    ])

    for (const line of left) {
      const { body } = await msp.api.post(`/api/left-behind/${line.id}/end`, {})
      const { change } = z.object({ change: z.object({ id: z.string() }) }).parse(body)
      expect(await msp.carriedOut(change.id)).toMatchObject({ kind: 'end', to: 0, state: 'verified' })
    }

    expect(msp.writes()).toEqual(['PATCH KES 0', 'PATCH KES 0'])
    expect(itemsOf(await msp.api.get('/api/left-behind'))).toEqual([])

    off.mapping.billing = true
    off.uses({ workstations: 19 })
    const again = await msp.run({ day: wednesday })

    expect(again.told).toEqual(['set KES 0 → 19: verified'])
    expect(msp.lines(off)).toEqual([['KES', 19]])
  })
}
