import type { Opened } from '../adapters.ts'
import type { Deps } from '../deps.ts'
import { utcDay } from '../domain/day.ts'
import type { UsageSource } from '../sources/port.ts'
import { chainId } from '../storage/chains.ts'
import type { ActiveRun } from '../storage/runs.ts'
import { tenantName } from '../storage/tenant-name.ts'
import type { StoredTenant } from '../storage/tenants.ts'
import { describeFailure, retryDelaySeconds, VendorError } from '../vendor/error.ts'
import type { Lease, Next } from './lease.ts'
import { downAfter, maxAttempts, messageMs, perMessage, retryBaseSeconds } from './pace.ts'
import { sideBySide } from './side-by-side.ts'
import { wake } from './wake.ts'

/** Sessions that Security Center serves side by side. */
const sessionsAtOnce = 2

interface Company {
  connection: string
  id: string
}

/**
 * Reads what tenants of one Kaspersky connection use: first the list of tenants, then tenant by tenant, each saved when
 * it is whole. A tenant that could not be read is incomplete, and its company's bill stays as it is.
 */
export async function collect(deps: Deps, connection: string, lease: Lease): Promise<Next> {
  const run = await deps.runs.activeAtSource(connection)
  if (run === null) return { do: 'stop' }
  if (run.state === 'queued') await deps.runs.begin(run.id, deps.now().toISOString())
  if (run.part === 'done') return await afterSource(deps, run, connection)

  let opened: Opened<UsageSource> | null = null
  try {
    opened = await deps.source(connection, { beforeCall: lease.beforeCall })
    return run.part === 'listing'
      ? await listTenants(deps, run, opened)
      : await readTenants(deps, run, opened, lease)
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    return await afterSourceFailure(deps, run, connection, run.attempts + 1, error)
  } finally {
    if (opened !== null) await deps.runs.addCalls(run.id, connection, opened.calls())
    await wakeBilling(deps, run)
  }
}

async function listTenants(
  deps: Deps,
  run: ActiveRun,
  { connection, adapter }: Opened<UsageSource>,
): Promise<Next> {
  const tenants = await adapter.tenants()
  await deps.runWork.saveTenants(run, connection.id, tenants, deps.now().toISOString())
  return { do: 'continue' }
}

async function readTenants(
  deps: Deps,
  run: ActiveRun,
  opened: Opened<UsageSource>,
  lease: Lease,
): Promise<Next> {
  const connection = opened.connection.id
  const start = deps.now().getTime()
  const tenantIds = await deps.runWork.waitingTenants(run.id, connection, start, perMessage)
  if (tenantIds.length === 0) {
    const next = await deps.runWork.nextTenantAt(run.id, connection)
    if (next !== null) return { do: 'rest', untilMs: next }
    await deps.runWork.finishSource(run.id, connection)
    return await afterSource(deps, run, connection)
  }

  const split = await deps.configuration.splitTenants(connection)
  const reads = await deps.usage.latestReads(tenantIds.map((id) => ({ connection, id })))
  const known = new Map(
    (await deps.tenants.of(tenantIds.map((id) => ({ connection, id })))).map((tenant) => [tenant.id, tenant]),
  )
  const companies = await deps.configuration.companiesOf(connection, tenantIds)
  const attempts = await deps.runWork.attemptTenants(run.id, connection, tenantIds)
  let silent = 0

  await sideBySide(
    tenantIds,
    sessionsAtOnce,
    () => silent < downAfter && deps.now().getTime() - start < messageMs,
    async (tenantId) => {
      const attempt = attempts.get(tenantId)
      const tenant = known.get(tenantId)
      if (attempt === undefined || tenant === undefined) return
      attempts.delete(tenantId)
      if (attempt > maxAttempts) {
        await giveUp(deps, run, tenant, companies.get(tenantId), 'reading it ended in a crash three times')
        return
      }
      try {
        const usage = await opened.adapter.usage(tenant, {
          split: split.has(tenantId),
          onUtcDay: utcDay(deps.now()),
        })
        await deps.usage.save(
          { connection, tenantId, runId: run.id, day: run.day, at: deps.now().toISOString() },
          usage,
          reads.get(tenantName(connection, tenantId)),
          deps.newId(),
          (statements) =>
            lease.save([...deps.runWork.tenantDone(run.id, connection, tenantId, 'complete'), ...statements]),
        )
        silent = 0
      } catch (error) {
        if (!(error instanceof VendorError)) throw error
        lease.heed(error)
        await lease.renew()
        if (error.failure.kind === 'throttled') {
          await deps.runWork.postponeTenants(run.id, connection, [tenantId], start, false)
          throw error
        }
        if (error.failure.kind === 'unavailable' && ++silent >= downAfter) {
          await deps.runWork.postponeTenants(run.id, connection, [tenantId], start, false)
          throw error
        }
        const delay = retryDelaySeconds(error.failure, attempt, retryBaseSeconds(deps.settings.leaseSeconds))
        if (delay !== null && attempt < maxAttempts) {
          const notBefore = deps.now().getTime() + delay * 1000
          await deps.runWork.postponeTenants(run.id, connection, [tenantId], notBefore, true)
        } else {
          await giveUp(deps, run, tenant, companies.get(tenantId), describeFailure(error.failure))
        }
      }
    },
  ).finally(async () => {
    if (attempts.size === 0) return
    await deps.runWork.postponeTenants(run.id, connection, [...attempts.keys()], start, false)
  })
  await deps.runWork.forgetSourceAttempts(run.id, connection)
  return { do: 'continue' }
}

async function giveUp(
  deps: Deps,
  run: ActiveRun,
  tenant: StoredTenant,
  company: Company | undefined,
  why: string,
): Promise<void> {
  await deps.together([
    deps.runs.problemStatement(run.id, {
      code: 'source_incomplete',
      message: `${tenant.name} could not be read: ${why}. Its bill stays as it is; run it again once that is mended.`,
      tenant: tenantName(tenant.connection, tenant.id),
      ...(company === undefined ? {} : { company: company.id }),
    }),
    ...deps.runWork.tenantDone(run.id, tenant.connection, tenant.id, 'incomplete'),
  ])
}

/** The whole source failed: it is tried again later, or given up with every tenant that is still to be read. */
async function afterSourceFailure(
  deps: Deps,
  run: ActiveRun,
  connection: string,
  attempt: number,
  error: VendorError,
): Promise<Next> {
  const delay = retryDelaySeconds(error.failure, attempt, retryBaseSeconds(deps.settings.leaseSeconds))
  const isThrottled = error.failure.kind === 'throttled'
  if (delay !== null && (isThrottled || attempt <= maxAttempts)) {
    if (!isThrottled) await deps.runWork.countSourceAttempt(run.id, connection)
    return { do: 'pause', untilMs: deps.now().getTime() + delay * 1000 }
  }
  await deps.runs.addProblem(run.id, {
    code: 'source_incomplete',
    message: `${error.vendor} could not be read: ${describeFailure(error.failure)}. All bills that depend on it stay as they are. Check the connection, then run again.`,
  })
  await deps.runWork.finishSource(run.id, connection)
  return await afterSource(deps, run, connection)
}

/** Tells those who waited for the source. Safe to repeat, since a crash may have come in between. */
async function afterSource(deps: Deps, run: ActiveRun, connection: string): Promise<Next> {
  await wakeBilling(deps, run)
  await wake(deps, chainId('watch', connection))
  await deps.runs.finishIfDone(run.id, deps.now().toISOString())
  return { do: 'stop' }
}

async function wakeBilling(deps: Deps, run: ActiveRun): Promise<void> {
  for (const connection of await deps.runWork.psasOf(run.id)) {
    await wake(deps, chainId('bill', connection))
  }
}
