import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { addDays, monthEnds, utcDay } from '../../worker/domain/day.ts'
import { type Api, apiOf } from '../support/api.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { sharedStack } from '../support/shared-stack.ts'

const stack = sharedStack()
let api: Api
let msp: Msp
beforeEach(async () => {
  api = apiOf(stack())
  msp = await openMsp(stack())
})

const History = z.strictObject({
  days: z.array(z.string()),
  applications: z.array(
    z.strictObject({
      key: z.string(),
      name: z.string(),
      units: z.array(z.string()),
      quantities: z.array(z.number().nullable()),
    }),
  ),
  runs: z.array(z.strictObject({ day: z.string(), state: z.string(), id: z.string() })),
})

async function history() {
  const answer = await api.get('/api/history')
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return History.parse(answer.body)
}

const today = utcDay(new Date())
const ends = monthEnds(today, 13)
/** The end of the month that is so many months ago. */
const monthEnd = (ago: number) => ends.at(-ago) ?? ''
const none = (count: number) => Array<null>(count).fill(null)

test('thirteen month ends and today: 10 for two months, then 14, and nothing is known before', async () => {
  const acme = msp.customer('Acme', { workstations: 6 })
  msp.customer('Bakery', { workstations: 4 })
  await msp.run({ day: addDays(monthEnd(3), -10) })
  acme.uses({ workstations: 9 })
  await msp.run({ day: addDays(monthEnd(2), 1) })
  acme.uses({ workstations: 10 })
  await msp.run({ day: monthEnd(1) })

  const { days, applications } = await history()

  expect(days).toEqual([...ends, today])
  expect(applications).toEqual([
    {
      key: 'kes-business-advanced',
      name: 'Kaspersky Endpoint Security for Business Advanced',
      units: ['device'],
      quantities: [...none(10), 10, 10, 14, 14],
    },
  ])
})

test('of several reads of one day the last one counts', async () => {
  const acme = msp.customer('Acme', { workstations: 6 })
  await msp.run({ day: monthEnd(1) })
  acme.uses({ workstations: 8 })
  await msp.run({ day: monthEnd(1) })

  const { applications } = await history()

  expect(applications[0]?.quantities).toEqual([...none(12), 8, 8])
})

test('applications come with the most used first, and one that came later counts 0 before', async () => {
  const acme = msp.customer('Acme', { workstations: 3 })
  await msp.run({ day: monthEnd(2) })
  acme.uses({ workstations: 5 }, 'Kaspersky Security for Mars')
  await msp.run({ day: monthEnd(1) })

  const { applications } = await history()

  expect(applications.map(({ name, quantities }) => [name, quantities.slice(-3)])).toEqual([
    ['Kaspersky Security for Mars', [0, 5, 5]],
    ['Kaspersky Endpoint Security for Business Advanced', [3, 3, 3]],
  ])
})

test('a tenant that a person took out of the bill is out of the history', async () => {
  const acme = msp.customer('Acme', { workstations: 4 })
  msp.customer('Bakery', { workstations: 3 })
  await msp.run({ day: monthEnd(1) })
  acme.server.enabled = false
  const { changes } = await msp.run({ day: today })
  const before = await history()
  await msp.approve(changes[0])
  await msp.run({ day: today })

  const after = await history()

  expect([before, after].map(({ applications }) => applications[0]?.quantities.slice(-2))).toEqual([
    [7, 7],
    [3, 3],
  ])
})

test('each of the last 30 days has its newest real run', async () => {
  const acme = msp.customer('Acme', { workstations: 10 })
  await msp.run({ day: addDays(today, -30) })
  const first = await msp.run({ day: addDays(today, -29) })
  await msp.run({ day: addDays(today, -1) })
  acme.uses({ workstations: 60 })
  const second = await msp.run({ day: addDays(today, -1) })
  await msp.run({ day: today, dryRun: true })

  const { runs } = await history()

  expect(runs).toEqual([
    { day: addDays(today, -29), state: 'done', id: first.id },
    { day: addDays(today, -1), state: 'done_with_problems', id: second.id },
  ])
})

test('before anything was read there are only days', async () => {
  await msp.save()

  expect(await history()).toEqual({ days: [...ends, today], applications: [], runs: [] })
})
