import * as z from 'zod'
import { type Run, runStates } from '../storage/runs.ts'

const count = z.int().min(0)

/** A run as it is answered. */
export const RunBody = z.object({
  id: z.string(),
  day: z.iso.date(),
  trigger: z.enum(['cron', 'manual']),
  dryRun: z.boolean(),
  state: z.enum(runStates),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  counts: z.object({
    tenants: count,
    incomplete: count,
    created: count,
    updated: count,
    unchanged: count,
    held: count,
    failed: count,
  }),
  calls: z.record(z.string(), count),
  problems: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      tenant: z.string().optional(),
      company: z.string().optional(),
    }),
  ),
})

export function runBody(run: Run): z.output<typeof RunBody> {
  const { id, day, trigger, dryRun, state, startedAt, finishedAt, counts, calls, problems } = run
  return { id, day, trigger, dryRun, state, startedAt, finishedAt, counts, calls, problems }
}
