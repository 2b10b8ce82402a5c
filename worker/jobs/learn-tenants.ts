import type { CallHooks } from '../adapters.ts'
import type { Deps } from '../deps.ts'

/**
 * Lists the tenants of a source where one is mapped that no list ever showed, as before the first run.
 *
 * @throws VendorError where it could not be asked
 */
export async function learnTenants(deps: Deps, connection: string, hooks: CallHooks = {}): Promise<void> {
  if (!(await deps.watch.lacksTenants(connection))) return
  const { adapter } = await deps.source(connection, hooks)
  await deps.directory.saveTenants(connection, await adapter.tenants(), deps.now().toISOString())
}
