import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'

const RunShape = z.object({
  id: z.string(),
  day: z.string(),
  trigger: z.enum(['cron', 'manual']),
  dryRun: z.boolean(),
  state: z.enum(['queued', 'running', 'done', 'done_with_problems', 'failed']),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  counts: z.object({
    tenants: z.number(),
    incomplete: z.number(),
    created: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    held: z.number(),
    failed: z.number(),
  }),
  calls: z.record(z.string(), z.number()),
  problems: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      tenant: z.string().optional(),
      company: z.string().optional(),
    }),
  ),
})
export type RunAnswer = z.output<typeof RunShape>

const ChangeShape = z.object({
  id: z.string(),
  connection: z.string(),
  companyId: z.string(),
  agreementId: z.string(),
  lineId: z.string().nullable(),
  productId: z.string(),
  kind: z.enum(['create', 'set', 'end']),
  from: z.number(),
  to: z.number(),
  state: z.string(),
  reason: z.string().nullable(),
  drift: z.object({ written: z.number(), found: z.number() }).nullable(),
  adopted: z.boolean(),
  applications: z.array(z.string()),
  tenants: z.array(z.string()),
})
export type ChangeAnswer = z.output<typeof ChangeShape>

export type Client = ReturnType<typeof apiClient>

/** Talks to a running tallypod as an administrator's program does. */
export function apiClient(url: string, adminToken: string, { pollMs = 200 } = {}) {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return answerOf(`${method} ${path}`, response)
  }

  async function answerOf(asked: string, response: Response): Promise<unknown> {
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(`${asked}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }

  async function run(id: string): Promise<RunAnswer> {
    return z.object({ run: RunShape }).parse(await call('GET', `/api/runs/${id}`)).run
  }

  async function finished(id: string, timeoutMs = 300_000): Promise<RunAnswer> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const current = await run(id)
      if (current.finishedAt !== null) return current
      if (Date.now() > deadline) throw new Error(`run ${id} did not end: ${JSON.stringify(current)}`)
      await sleep(pollMs)
    }
  }

  async function all<Item extends z.ZodType>(path: string, shape: Item): Promise<z.output<Item>[]> {
    const items: z.output<Item>[] = []
    let cursor: string | null = null
    do {
      const glue = path.includes('?') ? '&' : '?'
      const page: { items: z.output<Item>[]; nextCursor: string | null } = z
        .object({ items: z.array(shape), nextCursor: z.string().nullable() })
        .parse(
          await call(
            'GET',
            `${path}${glue}limit=1000${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
          ),
        )
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return items
  }

  /** The Worker's clock strikes, as of a moment. */
  async function tick(moment: Date): Promise<void> {
    const response = await fetch(`${url}/cdn-cgi/local/scheduled?cron=*/15+*+*+*+*&time=${moment.getTime()}`)
    if (!response.ok) throw new Error(`the cron answered ${response.status}: ${await response.text()}`)
  }

  return {
    call,
    tick,
    /** Sends a file as it is. */
    upload: async (path: string, file: string): Promise<unknown> =>
      answerOf(
        `PUT ${path}`,
        await fetch(`${url}${path}`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'text/csv' },
          body: file,
        }),
      ),
    configure: (document: unknown) => call('PUT', '/api/config', document),
    /** Starts a run and waits for its end. */
    async runNow(request: { dryRun?: boolean; tenants?: string[] } = {}): Promise<RunAnswer> {
      const { run: started } = z.object({ run: RunShape }).parse(await call('POST', '/api/runs', request))
      return finished(started.id)
    },
    /** Fires the cron as of a moment and waits for the run of that day. */
    async runOn(moment: Date): Promise<RunAnswer> {
      const before = new Set((await all('/api/runs', RunShape)).map(({ id }) => id))
      await tick(moment)
      const started = (await all('/api/runs', RunShape)).find(({ id }) => !before.has(id))
      if (started === undefined) throw new Error('the cron started no run')
      return finished(started.id)
    },
    run,
    finished,
    changes: (runId: string) => all(`/api/runs/${runId}/changes`, ChangeShape),
    all,
  }
}
