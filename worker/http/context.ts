import type { Deps } from '../deps.ts'
import type { Role } from '../domain/configuration.ts'
import type { Env } from '../env.ts'

/** Who calls. */
export interface Principal {
  role: Role
  /** As the audit trail names them. */
  who: string
  /** ISO 8601; null where it never ends. */
  expiresAt: string | null
}

export interface AppEnv {
  Bindings: Env
  Variables: {
    deps: Deps
    principal: Principal
  }
}
