import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { addDays, localDay, monthEnds } from '../domain/day.ts'
import { DaySum } from '../storage/history.ts'
import { runStates } from '../storage/runs.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'

const HistoryBody = z.object({
  /** The last day of each of the last months, today at the end. */
  days: z.array(z.iso.date()),
  applications: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      /** What its quantities count today; several where old device licences and users are added up. */
      units: z.array(z.enum(['device', 'user', 'mailbox', 'core'])),
      /** One for each day; null before anything was read. */
      quantities: z.array(z.int().nullable()),
    }),
  ),
  /** The newest run of each of the last thirty days that had one. */
  runs: z.array(z.object({ day: z.iso.date(), state: z.enum(runStates), id: z.string() })),
})

const months = 13
const runDays = 30
const rememberedSeconds = 3_600

export const history = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Licences in use over the last 13 months, and the runs of the last 30 days',
    answer: HistoryBody,
  }),
  async (c) => {
    const { deps } = c.var
    const today = localDay(deps.now(), (await deps.configuration.settings()).timeZone)
    const ends = monthEnds(today, months)
    const runs = await deps.history.runDays(addDays(today, 1 - runDays))
    const [firstReadOn, past, now] = await Promise.all([
      deps.history.firstReadOn(),
      pastSums(deps, ends, runs.at(-1)),
      deps.history.sumsNow(),
    ])
    const days = [...ends, today]
    const sums = new Map(
      [...past, ...now.map((sum) => ({ ...sum, day: today }))].map((sum) => [
        keyOf(sum.application, sum.day),
        sum.quantity,
      ]),
    )
    const found = [...new Set([...now, ...past].map(({ application }) => application))]
    const [names, unitsOf] = await Promise.all([deps.names.applications(found), deps.names.units(found, [])])
    const unitsNow = new Map(now.map(({ application, units }) => [application, units]))
    const applications = found
      .map((key) => ({
        key,
        name: names.get(key) ?? key,
        units: unitsNow.get(key) ?? unitsOf([key], []),
        quantities: days.map((day) =>
          firstReadOn === null || day < firstReadOn ? null : (sums.get(keyOf(key, day)) ?? 0),
        ),
      }))
      .sort((a, b) => (b.quantities.at(-1) ?? 0) - (a.quantities.at(-1) ?? 0) || (a.name < b.name ? -1 : 1))
    return c.json({ days, applications, runs })
  },
)

/** What is over hardly changes any more, but adding it up takes a while: done once after each run, and each hour. */
async function pastSums(deps: Deps, days: string[], lastRun: { id: string; state: string } | undefined) {
  return deps.pickers.remembered(
    ['history', lastRun?.id ?? null, lastRun?.state ?? null, ...days],
    z.array(DaySum),
    () => deps.history.sums(days),
    rememberedSeconds,
  )
}

function keyOf(application: string, day: string): string {
  return JSON.stringify([application, day])
}
