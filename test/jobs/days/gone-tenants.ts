import { beforeAll, expect, test } from 'vitest'
import { type Customer, type FinishedRun, type Msp, openMsp, tuesday, wednesday } from '../../support/msp.ts'
import type { Stack } from '../../support/stack.ts'

/** Tenants that vanish on Tuesday; what is proposed for them is decided before Wednesday's run. */
export function goneTenants(stack: () => Stack): void {
  let msp: Msp
  let disabled: Customer
  let removed: Customer
  let twoLines: Customer
  let oneLineAgreed: Customer
  let main: Customer
  let branch: Customer
  let dismissed: Customer
  let unbilled: Customer
  let onTuesday: FinishedRun
  let onWednesday: FinishedRun

  beforeAll(async () => {
    msp = await openMsp(stack(), { billByCategory: true })
    disabled = msp.customer('Disabled', { workstations: 40 })
    removed = msp.customer('Removed', { workstations: 41 })
    twoLines = msp.customer('Two lines', { workstations: 90, servers: 10 })
    oneLineAgreed = msp.customer('One line agreed', { workstations: 42, servers: 10, others: 3 })
    main = msp.customer('Acme', { workstations: 60 })
    branch = msp.customer('Acme branch', { workstations: 7 }, { center: 'ksc2', billedWith: main })
    dismissed = msp.customer('Dismissed', { workstations: 43 })
    unbilled = msp.customer('Unbilled', { workstations: 44 })
    unbilled.mapping.billing = false
    await msp.run()
    msp.writes()

    const gone = [disabled, twoLines, oneLineAgreed, branch, dismissed, unbilled]
    for (const { server } of gone) server.enabled = false
    msp.center.removeServer(removed.server)
    onTuesday = await msp.run({ day: tuesday })
    expect(msp.writes()).toEqual([])

    const agreed = [disabled, removed, twoLines, main].flatMap((one) => msp.changesOf(onTuesday, one))
    for (const change of [...agreed, msp.changesOf(onTuesday, oneLineAgreed)[0]]) {
      expect(await msp.approve(change)).toMatchObject({ state: 'verified' })
    }
    await msp.dismiss(msp.changesOf(onTuesday, dismissed)[0])
    onWednesday = await msp.run({ day: wednesday })
  })

  test('a tenant that was switched off or removed stays in the bill until a person takes it out', () => {
    for (const customer of [disabled, removed]) {
      expect(problemsOf(onTuesday, customer)).toEqual(['tenant_gone'])
      expect(problemsOf(onWednesday, customer)).toEqual([])
      expect(msp.changesOf(onWednesday, customer)).toEqual([])
      expect(msp.lines(customer)).toEqual([['KES workstation', 0]])
    }
    expect(told(onTuesday, disabled)).toEqual(['set KES workstation 40 → 0: held, tenant_gone'])
    expect(told(onTuesday, removed)).toEqual(['set KES workstation 41 → 0: held, tenant_gone'])
  })

  test('a tenant with two lines is taken out of both', () => {
    expect(told(onTuesday, twoLines)).toEqual([
      'set KES workstation 90 → 0: held, tenant_gone',
      'set KES server 10 → 0: held, tenant_gone',
    ])
    expect(msp.lines(twoLines)).toEqual([
      ['KES workstation', 0],
      ['KES server', 0],
    ])
  })

  test('taken out of one line, it leaves its others too, as sharply as that may go', () => {
    expect(told(onWednesday, oneLineAgreed)).toEqual([
      'set KES server 10 → 0: held, fell_to_zero',
      'set KES other 3 → 0: verified',
    ])
  })

  test('of two tenants on one line only the one that is gone leaves', async () => {
    expect(told(onTuesday, main)).toEqual(['set KES workstation 67 → 60: held, tenant_gone'])
    expect(msp.lines(main)).toEqual([['KES workstation', 60]])
    const [line] = await msp.deps.ownLines.of('cw', [`${main.agreementId}`], [])
    const tenants = line?.parts.filter((part) => part.quantity > 0).map((part) => part.tenant)
    expect(tenants).toEqual([main.tenant])
    expect(msp.changesOf(onWednesday, main)).toEqual([])
  })

  test('what a person dismissed is not proposed again, and the problem stays', () => {
    expect(told(onTuesday, dismissed)).toEqual(['set KES workstation 43 → 0: held, tenant_gone'])
    expect(msp.changesOf(onWednesday, dismissed)).toEqual([])
    expect(problemsOf(onWednesday, dismissed)).toEqual(['tenant_gone'])
    expect(msp.lines(dismissed)).toEqual([['KES workstation', 43]])
  })

  test('a tenant whose billing is off asks nothing of anybody', () => {
    expect(problemsOf(onTuesday, unbilled)).toEqual([])
    expect(msp.changesOf(onTuesday, unbilled)).toEqual([])
  })

  test('a tenant that returns is billed again', async () => {
    disabled.server.enabled = true
    disabled.uses({ workstations: 18 })
    const run = await msp.run({ day: '2026-03-05' })

    expect(told(run, disabled)).toEqual(['set KES workstation 0 → 18: verified'])
    expect(msp.lines(disabled)).toEqual([['KES workstation', 18]])
  })

  function told(run: FinishedRun, customer: Customer): string[] {
    return msp.told(msp.changesOf(run, customer))
  }

  function problemsOf(run: FinishedRun, { tenant }: Customer): string[] {
    return run.problems.filter((problem) => problem.tenant === tenant).map(({ code }) => code)
  }
}
