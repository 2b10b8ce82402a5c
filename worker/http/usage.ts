import { Hono } from 'hono'
import * as z from 'zod'
import { day, localDay } from '../domain/day.ts'
import { tenantParts } from '../storage/tenant-name.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid, Refusal } from './errors.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { validate } from './validate.ts'

const UsageBody = z.object({
  application: z.string(),
  category: z.enum(['all', 'workstation', 'server', 'other']),
  quantity: z.int().min(0),
  /** False where the day has no complete read, and the one before it answers. */
  complete: z.boolean(),
})

const UsageQuery = z.strictObject({
  tenant: z.string(),
  day: day.optional(),
  ...pageQuery(z.tuple([z.string(), z.string()])),
})

export const usage = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'What a tenant used on a day',
    description: 'Without a day: today. A tenant that was never read has no items.',
    answer: PageBody(UsageBody),
    refusals: [404, 422],
  }),
  validate('query', UsageQuery),
  async (c) => {
    const { deps } = c.var
    const { tenant: name, day: asked, cursor, limit } = c.req.valid('query')
    const tenant = tenantParts(name)
    if (tenant === null) {
      const message = 'Name the tenant as connection/id, e.g. "ksc/4f0c".'
      throw invalid([{ path: 'tenant', code: 'malformed_tenant', message }])
    }
    const [listed] = await deps.tenants.of([tenant])
    if (listed === undefined && !(await deps.pickers.isMapped(tenant))) {
      throw new Refusal(404, 'tenant_not_found', `There is no tenant "${name}", or no run has found it yet.`)
    }

    const onDay = asked ?? localDay(deps.now(), (await deps.configuration.settings()).timeZone)
    const read = await deps.usage.readOn(tenant.connection, tenant.id, onDay)
    const uses = read === null ? [] : await deps.usage.useAt(tenant.connection, tenant.id, read.id)
    const [application, category] = cursor ?? ['', '']
    const rest = uses.filter(
      (use) => use.application > application || (use.application === application && use.category > category),
    )
    const complete = read?.day === onDay
    return c.json(
      page(
        rest,
        limit,
        (use) => [use.application, use.category],
        (use) => ({ ...use, complete }),
      ),
    )
  },
)
