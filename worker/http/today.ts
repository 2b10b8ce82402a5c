import { Hono } from 'hono'
import * as z from 'zod'
import { isPsa } from '../domain/configuration.ts'
import { addDays, localDay } from '../domain/day.ts'
import { refreshDirectory } from '../jobs/directory.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { RunBody, runBody } from './run-body.ts'

const count = z.int().min(0)

const TodayBody = z.object({
  /** The newest run that ended and was no dry run. */
  run: RunBody.nullable(),
  /** The run that is at work. */
  active: RunBody.nullable(),
  /** Billed companies all of whose lines agree; of these, those whose lines were read today, and in the week before. */
  agreed: z.object({ companies: count, today: count, thisWeek: count }),
  /** Changes that wait for a person. */
  waiting: count,
  psa: z
    .object({ id: z.string(), kind: z.enum(['connectwise', 'autotask', 'tigerpaw']), name: z.string() })
    .nullable(),
  dailyRunAt: z.string(),
  timeZone: z.string(),
})

export const today = new Hono<AppEnv>().get(
  '/',
  describe({ summary: 'How things stand', answer: TodayBody }),
  async (c) => {
    const { deps } = c.var
    const { timeZone, dailyRunAt } = await deps.configuration.settings()
    const day = localDay(deps.now(), timeZone)
    const connections = await deps.configuration.connections()
    await refreshDirectory(
      deps,
      connections.filter(({ kind }) => isPsa(kind)),
      (work) => c.executionCtx.waitUntil(work),
    )
    const [last, active, agreed, waiting] = await Promise.all([
      deps.runs.lastFinished(),
      deps.runs.active(),
      deps.overview.agreed(day, addDays(day, -7)),
      deps.overview.held(),
    ])
    const running = active === null ? null : await deps.runs.get(active.id)
    const psa = connections.flatMap(({ id, kind, name }) => (isPsa(kind) ? [{ id, kind, name }] : []))[0]
    return c.json({
      run: last === null ? null : runBody(last),
      active: running === null ? null : runBody(running),
      agreed,
      waiting,
      psa: psa ?? null,
      dailyRunAt,
      timeZone,
    })
  },
)
