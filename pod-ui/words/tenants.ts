import { capital, eitherOf } from '../format.ts'
import { connections } from '../psa.ts'
import { words } from './words.ts'

export type TenantKind = keyof typeof words.tenants

/**
 * What Kaspersky's customers are called here.
 *
 * @param seen kinds that are in sight; without them the connections alone tell
 */
export function tenantWords(seen: readonly TenantKind[] = []) {
  const names = kindsHere(seen).map((kind) => words.tenants[kind])
  const one = eitherOf(names.map((name) => name.one))
  return {
    /** `virtual server or workspace` */
    one,
    /** `virtual servers or workspaces` */
    many: eitherOf(names.map((name) => name.many)),
    /** `Virtual server or workspace` */
    title: capital(one),
  }
}

/** `Virtual server` */
export function tenantKindText(kind: TenantKind): string {
  return capital(words.tenants[kind].one)
}

function kindsHere(seen: readonly TenantKind[]): TenantKind[] {
  const sources = connections.value ?? []
  const isHere = {
    virtual_server: sources.some(({ kind }) => kind === 'ksc'),
    workspace: sources.some(({ kind }) => kind === 'hub') && !seen.includes('company'),
    company: false,
  }
  const all = (['virtual_server', 'workspace', 'company'] as const).filter(
    (kind) => isHere[kind] || seen.includes(kind),
  )
  return all.length === 0 ? ['virtual_server'] : all
}
